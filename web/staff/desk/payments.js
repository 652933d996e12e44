// The attempts to pay a booking, and what went back of each.
import { Status } from "../../shared/components.js";
import { moment, money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

export function Payments({ payments }) {
  return html`<section class="card stack">
    <h2>${t("desk.payments")}</h2>
    ${payments.length === 0 && html`<p class="muted">${t("desk.no_payments")}</p>`}
    ${payments.map(
      (it) => html`<div key=${it.payment_id} class="desk-payment">
        <p class="row wrap"><strong class="number">${money(it.amount)}</strong><span class=${`badge ${PAID[it.status] ?? ""}`}>${t(`desk.payment.${it.status}`)}</span>
          <span class="muted small number">${moment(it.succeeded_at ?? it.created_at, { seconds: true })}</span></p>
        <p class="desk-code muted">${t("desk.payment_no")} ${it.payment_id}${it.wechat_transaction_id && html`<br />${t("desk.wechat_no")} ${it.wechat_transaction_id}`}</p>
        ${it.refunds.length > 0 && html`<ul class="desk-refunds">${it.refunds.map((refund) => html`<${Refund} key=${refund.out_refund_no} refund=${refund} />`)}</ul>`}
      </div>`,
    )}
  </section>`;
}

const PAID = { succeeded: "good", created: "warn" };

function Refund({ refund }) {
  return html`<li>
    <p class="row wrap"><span>${t("desk.refund")}</span><strong class="number">${money(refund.amount)}</strong><${Status} of=${refund.status} />
      <span class="muted small number">${moment(refund.ended_at ?? refund.requested_at, { seconds: true })}</span></p>
    <p class="small">${refund.reason}</p>
    ${refund.failure && html`<p class="small desk-failed">${refund.failure}</p>`}
  </li>`;
}
