// The payments of an order, each with its refunds.
import "./texts.js";
import { Banner, Status } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { reasonText } from "../../shared/reasons.js";
import { html } from "../../vendor/preact.js";
import { Code, Facts, When } from "../parts.js";
import { Table } from "../table.js";

/** Returns what is owed of refunds that failed (fen). */
export function owedOf(payments) {
  return payments.reduce((sum, it) => sum + it.refund_owed, 0);
}

/** The payments of an order, one below the other. */
export function Payments({ payments }) {
  const owed = owedOf(payments);
  return html`<section class="card stack"><h2>${t("record.payments")}</h2>
    ${owed > 0 && html`<${Banner} tone="warn"><span>${t("record.owed", { amount: money(owed) })}</span><//>`}
    ${payments.length === 0 && html`<p class="muted">${t("record.no_payments")}</p>`}
    ${payments.map((it) => html`<${Payment} key=${it.payment_id} payment=${it} />`)}</section>`;
}

function Payment({ payment }) {
  return html`<div class="stack payment">
    <div class="row between"><h3><${Code}>${payment.payment_id}<//></h3><${Status} of=${payment.status} /></div>
    <${Facts} facts=${[
      [t("record.total"), money(payment.total)],
      [t("record.discount"), payment.discount ? money(-payment.discount) : null],
      [t("record.paid_amount"), money(payment.amount), "total"],
      [t("record.refunded"), payment.refunded ? money(payment.refunded) : null],
      [t("record.wechat_no"), payment.wechat_transaction_id && html`<${Code}>${payment.wechat_transaction_id}<//>`],
      [t("record.via"), t(`record.via.${payment.via}`)],
      [t("record.user"), payment.user_id && html`<${Code}>${payment.user_id}<//>`],
      [t("record.begun_at"), html`<${When} at=${payment.created_at} seconds />`],
      [t("record.succeeded_at"), payment.succeeded_at && html`<${When} at=${payment.succeeded_at} seconds />`],
    ]} />
    ${
      payment.refunds.length > 0 &&
      html`<${Table} caption=${t("record.refunds")} rows=${payment.refunds} rowKey=${(it) => it.out_refund_no}
      columns=${refundColumns()} />`
    }
  </div>`;
}

function refundColumns() {
  return [
    { header: t("record.refund"), cell: (it) => html`<${Code}>${it.out_refund_no}<//>` },
    {
      header: t("record.status"),
      cell: (it) => html`<${Status} of=${it.status} />${it.failure && html` <${Code}>${it.failure}<//>`}`,
    },
    { header: t("record.amount"), right: true, cell: (it) => money(it.amount) },
    { header: t("record.to_balance"), right: true, cell: (it) => (it.from_balance ? money(it.from_balance) : "—") },
    { header: t("record.reason"), wrap: true, cell: (it) => reasonText(it.reason) },
    { header: t("record.requested_at"), cell: (it) => html`<${When} at=${it.requested_at} />` },
    { header: t("record.ended_at"), cell: (it) => html`<${When} at=${it.ended_at} />` },
  ];
}
