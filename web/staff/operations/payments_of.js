// The payments of one order, each with what went back of it.
import "./texts.js";
import { Loaded, Status } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { Code, Facts, When } from "../parts.js";
import { Table } from "../table.js";

/** `payments` is a `useLoad` of `/api/staff/payments`. */
export function PaymentsOf({ payments }) {
  return html`<${Loaded} from=${payments} rows=${1}>${({ items }) =>
    items.length
      ? items.map((it) => html`<${Payment} key=${it.payment_id} payment=${it} />`)
      : html`<p class="card muted">${t("operations.no_payments")}</p>`}<//>`;
}

function Payment({ payment }) {
  return html`<section class="card stack">
    <div class="row between"><h3><${Code}>${payment.payment_id}<//></h3><${Status} of=${payment.status} /></div>
    <${Facts} facts=${[
      [t("operations.total"), money(payment.total)],
      [t("operations.discount"), payment.discount ? money(-payment.discount) : null],
      [t("operations.paid_amount"), money(payment.amount), "total"],
      [t("operations.refunded"), payment.refunded ? money(payment.refunded) : null],
      [t("operations.wechat_no"), payment.wechat_transaction_id && html`<${Code}>${payment.wechat_transaction_id}<//>`],
      [t("operations.user"), html`<${Code}>${payment.user_id}<//>`],
      [t("operations.begun_at"), html`<${When} at=${payment.created_at} seconds />`],
      [t("operations.succeeded_at"), payment.succeeded_at && html`<${When} at=${payment.succeeded_at} seconds />`],
    ]} />
    ${
      payment.refunds.length > 0 &&
      html`<${Table} caption=${t("operations.refunds")} rows=${payment.refunds} rowKey=${(it) => it.out_refund_no}
      columns=${refundColumns()} />`
    }
  </section>`;
}

function refundColumns() {
  return [
    { header: t("operations.refund"), cell: (it) => html`<${Code}>${it.out_refund_no}<//>` },
    {
      header: t("operations.state"),
      cell: (it) => html`<${Status} of=${it.status} />${it.failure && html` <${Code}>${it.failure}<//>`}`,
    },
    { header: t("operations.amount"), right: true, cell: (it) => money(it.amount) },
    { header: t("operations.of_balance"), right: true, cell: (it) => (it.from_balance ? money(it.from_balance) : "—") },
    { header: t("operations.reason"), wrap: true, cell: (it) => it.reason },
    { header: t("operations.requested_at"), cell: (it) => html`<${When} at=${it.requested_at} />` },
    { header: t("operations.ended_at"), cell: (it) => html`<${When} at=${it.ended_at} />` },
  ];
}
