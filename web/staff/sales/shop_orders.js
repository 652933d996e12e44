// Orders of goods of all kinds by their status. The packers' queue comes first: who has waited longest is at its top.
import "./texts.js";
import { Button, Empty, Listed, Segments, Status } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FindForm } from "../find_form.js";
import { Badge, Code, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { ShipForm } from "./order_forms.js";

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

/** Flash orders with these statuses are listed with their sale: a sale makes and ends thousands at once. */
const BY_SALE = new Set(["pending_payment", "cancelled", ""]);

const PATH = "/api/staff/shop-orders";

const queryOf = ({ status, kind }) => ({ status, kind, ...(status === "paid" && { oldest_first: true }) });

const readOrders = (asked, cursor) => api.get(PATH, { ...queryOf(asked), cursor, limit: 50 });

export function ShopOrders() {
  const [status, setStatus] = useState("paid");
  const [kind, setKind] = useState("");
  const [sent, setSent] = useState(null);
  const orders = useList((cursor) => readOrders({ status, kind }, cursor), [status, kind]);
  const kinds = [["", t("sales.order_kinds")], ...["shop", "flash"].map((it) => [it, t(`sales.order_kind.${it}`)])];
  const tabs = [
    ...STATES.map((it) => [it, it === "paid" ? t("sales.to_ship") : t(`status.${it}`)]),
    ["", t("sales.all")],
  ];
  return html`<${Page} title=${t("page.shop_orders")} actions=${html`<${RefreshButton} from=${orders} />`}>
    <div class="filters"><${FindForm} label=${t("sales.order")} placeholder="S… / F…" kinds="SF" path="/shop-orders" />
      <${Segments} look="tabs" label=${t("sales.order_kind")} options=${kinds} value=${kind} onChange=${setKind} /></div>
    <${Segments} look="tabs" label=${t("sales.state")} options=${tabs} value=${status} onChange=${setStatus} />
    <${Listed} from=${orders} empty=${html`<${Empty} title=${status === "paid" ? t("sales.nothing_to_ship") : t("sales.no_orders")}
      picture="bookings" />`}>${(items) => html`<${OrderTable} items=${items} file=${{ path: PATH, query: queryOf({ status, kind }) }} onShip=${status === "paid" && setSent} />`}<//>
    ${BY_SALE.has(status) && kind !== "shop" && html`<p class="muted small">${t("sales.flash_by_sale")}</p>`}
    ${sent && html`<${ShipForm} order=${sent} onClose=${() => setSent(null)} onSaved=${orders.reload} />`}
  <//>`;
}

/** A table of shop orders or flash orders. Each row links to its order; with `onShip` it can be shipped at once. */
export function OrderTable({ items, file, onShip }) {
  return html`<${Table} caption=${t("page.shop_orders")} rows=${items} rowKey=${(it) => it.order_no}
    link=${(it) => `/shop-orders/${it.order_no}`} columns=${columns(onShip)} file=${file} />`;
}

function columns(onShip) {
  return [
    { header: t("sales.order"), cell: (it) => html`<${Code}>${it.order_no}<//>` },
    {
      header: t("sales.goods"),
      wrap: true,
      cell: (it) => html`${it.kind === "flash" && html`<${Badge} tone="accent">${t("sales.order_kind.flash")}<//> `}
        ${it.items.map((line) => `${inLanguage(line.name)} × ${line.quantity}`).join("，")}`,
    },
    {
      header: t("sales.consignee"),
      cell: (it) => it.consignee || html`<span class="muted">${t("sales.no_address")}</span>`,
    },
    { header: t("sales.address"), wrap: true, cell: (it) => inLanguage(it.address ?? "") || "—" },
    { header: t("sales.phone"), cell: (it) => html`<span class="number">${it.phone_number || "—"}</span>` },
    { header: t("sales.state"), cell: (it) => html`<${Status} of=${it.status} />` },
    { header: t("sales.payable"), right: true, cell: (it) => money(it.payable) },
    { header: t("sales.ordered_at"), cell: (it) => html`<${When} at=${it.created_at} />` },
    ...(onShip
      ? [
          {
            header: t("sales.ship"),
            quiet: true,
            cell: (it) =>
              it.address &&
              html`<${Button} small kind="plain" onClick=${() => onShip(it)} aria-label=${t("sales.ship_to", { name: it.consignee })}>${t("sales.ship")}<//>`,
          },
        ]
      : []),
  ];
}
