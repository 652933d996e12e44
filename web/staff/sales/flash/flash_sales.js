// The list of flash sales, and the form for a new one.
import { postOnce } from "../../../shared/idempotency.js";
import "./texts.js";
import { serverNow } from "../../../shared/clock.js";
import { Empty, Listed, Status, toast } from "../../../shared/components.js";
import { money } from "../../../shared/format.js";
import { useList, useLoad, usePoll } from "../../../shared/hooks.js";
import { inLanguage, t } from "../../../shared/language.js";
import { html, useLocation, useState } from "../../../vendor/preact.js";
import { FormSheet } from "../../form/form.js";
import { AddButton, Badge, When } from "../../parts.js";
import { api } from "../../session.js";
import { Page } from "../../shell.js";
import { Table } from "../../table.js";
import { allGoods } from "../goods.js";

const POLL_EVERY = 5000;
const MINUTE = 60_000;

export function FlashSales() {
  const sales = useList((cursor) => api.get("/api/staff/flash-sales", { cursor, limit: 50 }));
  const [open, setOpen] = useState(false);
  // A reload brings only the first page: do not poll after staff have loaded more.
  const watched = sales.items?.length === sales.data?.items.length && sales.items?.some((it) => it.status === "open");
  usePoll(sales.reload, POLL_EVERY, Boolean(watched));
  const add = html`<${AddButton} onClick=${() => setOpen(true)}>${t("flash.add")}<//>`;
  return html`<${Page} title=${t("page.flash_sales")} actions=${add}>
    <${Listed} from=${sales} empty=${html`<${Empty} title=${t("flash.none")}>${add}<//>`}>${(items) => html`<${Table}
      caption=${t("page.flash_sales")} rows=${items} rowKey=${(it) => it.sale_id} link=${(it) => `/flash-sales/${it.sale_id}`} columns=${columns()}
      file=${{ path: "/api/staff/flash-sales" }} />`}<//>
    ${open && html`<${SaleForm} onClose=${() => setOpen(false)} />`}
  <//>`;
}

function columns() {
  return [
    { header: t("flash.goods"), cell: (it) => inLanguage(it.goods_name) },
    {
      header: t("flash.state"),
      cell: (it) =>
        html`<${Status} of=${it.status} />${it.sold_out && it.status === "open" && html` <${Badge} tone="bad">${t("status.sold_out")}<//>`}`,
    },
    { header: t("flash.price"), right: true, cell: (it) => html`<span class="price">${money(it.price)}</span>` },
    { header: t("flash.stock"), right: true, cell: (it) => it.stock },
    { header: t("flash.sold"), right: true, cell: (it) => it.sold },
    { header: t("flash.left"), right: true, cell: (it) => it.left },
    {
      header: t("flash.progress"),
      cell: (it) =>
        html`<progress class="bar" max=${it.stock} value=${it.sold} aria-label=${t("flash.sold")}></progress>`,
    },
    { header: t("flash.starts_at"), cell: (it) => html`<${When} at=${it.starts_at} />` },
    { header: t("flash.ends_at"), cell: (it) => html`<${When} at=${it.ends_at} />` },
  ];
}

function SaleForm({ onClose }) {
  const goods = useLoad(allGoods);
  const [, go] = useLocation();
  const save = async (body) => {
    const sale = await postOnce(api, "flash sale", "/api/staff/flash-sales", body);
    toast(t("flash.added", { count: sale.stock }));
    go(`/flash-sales/${sale.sale_id}`);
  };
  if (!goods.data) return null;
  const begin = Math.ceil((serverNow() + 10 * MINUTE) / MINUTE) * MINUTE;
  const values = {
    goods_id: goods.data[0]?.goods_id,
    starts_at: new Date(begin).toISOString(),
    ends_at: new Date(begin + 60 * MINUTE).toISOString(),
    per_user_limit: 1,
    orders_a_second: 100,
  };
  return html`<${FormSheet} title=${t("flash.add")} fields=${fields(goods.data)} values=${values} onSave=${save} onClose=${onClose} submit=${t("flash.begin")} />`;
}

function fields(goods) {
  const options = goods.map((it) => [
    it.goods_id,
    t("flash.goods_of", { name: inLanguage(it.name), price: money(it.price), stock: it.stock }),
  ]);
  return [
    { name: "goods_id", label: t("flash.goods"), kind: "select", required: true, options, wide: true },
    { name: "price", label: t("flash.price"), kind: "yuan", required: true },
    { name: "stock", label: t("flash.stock"), kind: "number", required: true, hint: t("flash.stock_hint") },
    { name: "starts_at", label: t("flash.starts_at"), kind: "datetime", required: true },
    { name: "ends_at", label: t("flash.ends_at"), kind: "datetime", required: true },
    { name: "per_user_limit", label: t("flash.per_user_limit"), kind: "number", required: true },
    {
      name: "orders_a_second",
      label: t("flash.orders_a_second"),
      kind: "number",
      required: true,
      hint: t("flash.rate_hint"),
    },
    { name: "challenge", label: t("flash.challenge"), kind: "check", hint: t("flash.challenge_hint") },
  ];
}
