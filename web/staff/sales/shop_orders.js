// Orders of goods by their status. Those to ship come first.
import "./texts.js";
import { Empty, Listed, Segments, Status } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FindForm } from "../find_form.js";
import { Badge, Code, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

const STATES = [
  "paid",
  "shipped",
  "received",
  "pending_payment",
  "refunding",
  "refunded",
  "returned",
  "cancelled",
  "unconfirmed",
  "cancelling",
];

export function ShopOrders() {
  const [status, setStatus] = useState("paid");
  const orders = useList((cursor) => api.get("/api/staff/shop-orders", { status, cursor, limit: 50 }), [status]);
  const tabs = [
    ...STATES.map((it) => [it, it === "paid" ? t("sales.to_ship") : t(`status.${it}`)]),
    ["", t("sales.all")],
  ];
  return html`<${Page} title=${t("page.shop_orders")} actions=${html`<${RefreshButton} from=${orders} />`}>
    <div class="filters"><${FindForm} label=${t("sales.order")} placeholder="S… / F…" kinds="SF" path="/shop-orders" /></div>
    <${Segments} look="tabs" label=${t("sales.state")} options=${tabs} value=${status} onChange=${setStatus} />
    <${Listed} from=${orders} empty=${html`<${Empty} title=${status === "paid" ? t("sales.nothing_to_ship") : t("sales.no_orders")}
      picture="bookings" />`}>${(items) => html`<${OrderTable} items=${items} file=${{ path: "/api/staff/shop-orders", query: { status } }} />`}<//>
  <//>`;
}

/** A table of shop orders or flash orders. Each row links to its order. */
export function OrderTable({ items, file }) {
  return html`<${Table} caption=${t("page.shop_orders")} rows=${items} rowKey=${(it) => it.order_no}
    link=${(it) => `/shop-orders/${it.order_no}`} columns=${columns()} file=${file} />`;
}

function columns() {
  return [
    { header: t("sales.order"), cell: (it) => html`<${Code}>${it.order_no}<//>` },
    { header: t("sales.state"), cell: (it) => html`<${Status} of=${it.status} />` },
    {
      header: t("sales.goods"),
      wrap: true,
      cell: (it) => html`${it.sale_id && html`<${Badge} tone="accent">${t("page.flash_sales")}<//> `}
        ${it.items.map((line) => `${inLanguage(line.name)} × ${line.quantity}`).join("，")}`,
    },
    { header: t("sales.payable"), right: true, cell: (it) => money(it.payable) },
    {
      header: t("sales.consignee"),
      cell: (it) => it.consignee || html`<span class="muted">${t("sales.no_address")}</span>`,
    },
    { header: t("sales.phone"), cell: (it) => html`<span class="number">${it.phone_number || "—"}</span>` },
    { header: t("sales.ordered_at"), cell: (it) => html`<${When} at=${it.created_at} />` },
  ];
}
