// The payments of an order, found by its number. Admins also see the payment log of a day.
import "./texts.js";
import { Empty, Field, Listed, Loaded } from "../../shared/components.js";
import { money, today } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { FindForm } from "../find_form.js";
import { Messages } from "../order_record/messages.js";
import { Notices } from "../order_record/notices.js";
import { Payments as PaymentsOf } from "../order_record/payments.js";
import { readRecord } from "../order_record/record.js";
import { Code, When } from "../parts.js";
import { api, isAdmin } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

export function Payments({ params }) {
  const orderNo = params.order_no;
  return html`<${Page} title=${t("page.payments")} back=${orderNo && "/payments"}>
    <${FindForm} key=${orderNo} label=${t("operations.order")} placeholder="B… / S… / F…" kinds="BSF" path="/payments" number=${orderNo} />
    ${orderNo ? html`<${OfOrder} key=${orderNo} orderNo=${orderNo} />` : isAdmin() ? html`<${Log} />` : html`<${Empty} title=${t("operations.find_payment")} picture="search" />`}
  <//>`;
}

function OfOrder({ orderNo }) {
  const record = useLoad(() => readRecord(orderNo), [orderNo]);
  const isOfGoods = /^[SF]/.test(orderNo);
  return html`
    <div class="row between"><h2><${Code}>${orderNo}<//></h2>
      ${isOfGoods && isAdmin() && html`<${Link} href=${`/shop-orders/${orderNo}`}>${t("operations.to_order")}<//>`}</div>
    <${Loaded} from=${record}>${(it) => html`<${PaymentsOf} payments=${it.payments} /><${Notices} notices=${it.notices} /><${Messages} messages=${it.messages} />`}<//>`;
}

function Log() {
  const [day, setDay] = useState(today());
  const log = useList((cursor) => api.get("/api/staff/payment-log", { day, cursor, limit: 100 }), [day]);
  const columns = [
    { header: t("operations.succeeded_at"), cell: (it) => html`<${When} at=${it.succeeded_at} seconds />` },
    {
      header: t("operations.order"),
      cell: (it) => html`<${Link} href=${`/payments/${it.order_no}`}><${Code}>${it.order_no}<//><//>`,
    },
    { header: t("operations.amount"), right: true, cell: (it) => money(it.amount) },
    { header: t("operations.payment"), cell: (it) => html`<${Code}>${it.payment_id}<//>` },
    { header: t("operations.wechat_no"), cell: (it) => html`<${Code}>${it.wechat_transaction_id}<//>` },
    {
      header: t("operations.user"),
      cell: (it) => html`<${Link} href=${`/guests/${it.user_id}`}><${Code}>${it.user_id}<//><//>`,
    },
  ];
  return html`<section class="stack">
    <div class="filters"><h2 class="grow">${t("operations.payment_log")}</h2>
      <${Field} label=${t("operations.day_china")} type="date" value=${day} onInput=${(it) => it && setDay(it)} /></div>
    <${Listed} from=${log} empty=${html`<${Empty} title=${t("operations.no_payments_that_day")} />`}>${(
      items,
    ) => html`<${Table}
      caption=${t("operations.payment_log")} rows=${items} rowKey=${(it) => it.payment_id} columns=${columns}
      file=${{ path: "/api/staff/payment-log", query: { day } }} />`}<//>
  </section>`;
}
