// One order of goods: its lines, price and delivery, and what staff can do with it.
import "./texts.js";
import { Banner, Button, Empty, Loaded, Status, Timeline } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { NotesCard } from "../desk/notes.js";
import { Messages } from "../order_record/messages.js";
import { Notices } from "../order_record/notices.js";
import { Payments } from "../order_record/payments.js";
import { readRecord } from "../order_record/record.js";
import { Badge, Code, Facts, RefreshButton } from "../parts.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { findShopOrder, openSteps, RefundForm, ReturnForm, ShipForm } from "./order_forms.js";

export function ShopOrder({ params }) {
  const orderNo = params.order_no;
  const order = useLoad(() => findShopOrder(orderNo), [orderNo]);
  const record = useLoad(() => readRecord(orderNo), [orderNo]);
  const [sheet, setSheet] = useState(null);
  const reload = () => Promise.all([order.reload(), record.reload()]);
  const sheets = { ship: ShipForm, back: ReturnForm, refund: RefundForm };
  const actions = [
    html`<${RefreshButton} from=${{ ...order, reload }} />`,
    ...(order.data ? presses(order.data, setSheet) : []),
  ];
  return html`<${Page} title=${t("sales.order_of_goods")} back="/shop-orders" actions=${actions}>
    <${Loaded} from=${order} tall>${(it) => (it ? html`<${Whole} order=${it} record=${record} onChange=${reload} />` : html`<${Empty} title=${t("sales.no_such_order")} picture="search" />`)}<//>
    ${sheet && html`<${sheets[sheet]} order=${order.data} onClose=${() => setSheet(null)} onSaved=${reload} />`}
  <//>`;
}

function presses(order, open) {
  const shown = [];
  const can = openSteps(order);
  if (can.refund) shown.push(html`<${Button} kind="plain" onClick=${() => open("refund")}>${t("sales.refund")}<//>`);
  if (can.takeBack) shown.push(html`<${Button} kind="plain" onClick=${() => open("back")}>${t("sales.take_back")}<//>`);
  if (can.ship) {
    shown.push(html`<${Button} disabled=${can.lacksAddress} onClick=${() => open("ship")}>${t("sales.ship")}<//>`);
  }
  return shown;
}

function Whole({ order, record, onChange }) {
  return html`
    ${openSteps(order).lacksAddress && html`<${Banner} tone="warn">${t("sales.waits_for_address")}<//>`}
    <div class="columns">
      <div class="stack">
        <section class="card stack"><div class="row between"><h2><${Code}>${order.order_no}<//></h2><${Status} of=${order.status} /></div>
          <p class="small"><${Link} href=${`/guests/${order.user_id}`}>${t("sales.to_guest")}<//></p>
          ${order.sale_id && html`<p><${Badge} tone="accent">${t("page.flash_sales")}<//> <${Link} href=${`/flash-sales/${order.sale_id}`}>${order.sale_id}<//></p>`}
        </section>
        <section class="stack"><h2>${t("sales.lines")}</h2><${Lines} order=${order} /></section>
        <${NotesCard} lists=${[{ name: "order", path: `/api/staff/orders/${order.order_no}/notes`, notes: order.notes }]} onSaved=${onChange} />
        <${Loaded} from=${record} rows=${2}>${(it) => html`<${Payments} payments=${it.payments} /><${Messages} messages=${it.messages} />`}<//>
      </div>
      <div class="stack">
        <section class="card stack"><h2>${t("sales.amounts")}</h2><${Amounts} order=${order} /></section>
        <section class="card stack"><h2>${t("sales.delivery")}</h2><${Delivery} order=${order} /></section>
        <section class="card stack"><h2>${t("sales.story")}</h2><${Timeline} steps=${order.timeline} /></section>
        ${record.data && html`<${Notices} notices=${record.data.notices} />`}
      </div>
    </div>`;
}

function Lines({ order }) {
  const columns = [
    {
      header: t("sales.goods"),
      wrap: true,
      cell: (it) => html`<${Link} href=${`/goods/${it.goods_id}`}>${inLanguage(it.name)}<//>`,
    },
    { header: t("sales.price"), right: true, cell: (it) => money(it.price) },
    { header: t("sales.count"), right: true, cell: (it) => it.quantity },
    { header: t("sales.line_amount"), right: true, cell: (it) => money(it.amount) },
  ];
  return html`<${Table} caption=${t("sales.lines")} rows=${order.items} rowKey=${(it) => it.goods_id} columns=${columns} />`;
}

function Amounts({ order }) {
  return html`<${Facts} facts=${[
    [t("sales.goods_total"), money(order.goods_total)],
    [t("sales.shipping_fee"), money(order.shipping_fee)],
    [t("sales.discount"), order.discount ? money(-order.discount) : null],
    [t("sales.balance_paid"), order.balance_paid ? money(-order.balance_paid) : null],
    [t("sales.payable"), money(order.payable), "total"],
  ]} />`;
}

function Delivery({ order }) {
  if (!order.address) return html`<p class="muted">${t("sales.no_address")}</p>`;
  return html`<${Facts} facts=${[
    [t("sales.consignee"), order.consignee],
    [t("sales.phone"), order.phone_number],
    [t("sales.address"), inLanguage(order.address)],
    [t("sales.carrier"), order.carrier],
    [t("sales.tracking_no"), order.tracking_no],
  ]} />`;
}
