// One article: its stock, and every change of the stock.
import { postOnce } from "../../shared/idempotency.js";
import "./texts.js";
import { Button, Empty, Listed, Loaded, Picture, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { inLanguage, t, textOr } from "../../shared/language.js";
import { actorText, reasonText } from "../../shared/reasons.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { Code, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { allGoods, GoodsForm, OnSale, Stock } from "./goods.js";

export function Article({ params }) {
  const goodsId = params.goods_id;
  const article = useLoad(async () => (await allGoods()).find((it) => it.goods_id === goodsId) || null, [goodsId]);
  const entries = useList((cursor) => api.get(`/api/staff/goods/${goodsId}/stock-entries`, { cursor }), [goodsId]);
  const [sheet, setSheet] = useState(null);
  const reload = () => Promise.all([article.reload(), entries.reload()]);
  const name = article.data ? inLanguage(article.data.name) : t("sales.goods");
  const actions = article.data && [
    html`<${Button} kind="plain" onClick=${() => setSheet("edit")}>${t("sales.edit")}<//>`,
    html`<${Button} onClick=${() => setSheet("stock")}>${t("sales.change_stock")}<//>`,
  ];
  return html`<${Page} title=${name} back="/goods" actions=${actions}>
    <${Loaded} from=${article} rows=${1}>${(it) => (it ? html`<${Summary} article=${it} />` : html`<${Empty} title=${t("sales.no_such_goods")} />`)}<//>
    <h2>${t("sales.ledger")}</h2>
    <${Listed} from=${entries} empty=${html`<${Empty} title=${t("sales.no_entries")} />`}>${(items) => html`<${Table}
      caption=${t("sales.ledger")} rows=${items} rowKey=${(it) => it.entry_id} columns=${columns()}
      file=${{ path: `/api/staff/goods/${goodsId}/stock-entries` }} />`}<//>
    ${sheet === "edit" && html`<${GoodsForm} article=${article.data} onClose=${() => setSheet(null)} onSaved=${reload} />`}
    ${sheet === "stock" && html`<${StockForm} article=${article.data} onClose=${() => setSheet(null)} onSaved=${reload} />`}
  <//>`;
}

function Summary({ article }) {
  return html`<section class="card summary">
    <${Picture} src=${article.images[0]} className="cover" alt="" />
    <div class="grow stack">
      <div class="figures">
        <p><span>${t("sales.stock")}</span><strong><${Stock} left=${article.stock} /></strong></p>
        <p><span>${t("sales.price")}</span><strong>${money(article.price)}</strong></p>
        <p><span>${t("sales.state")}</span><strong><${OnSale} article=${article} /></strong></p>
      </div>
      ${article.description && html`<p class="muted">${inLanguage(article.description)}</p>`}
    </div>
  </section>`;
}

function columns() {
  return [
    { header: t("sales.at"), cell: (it) => html`<${When} at=${it.at} />` },
    { header: t("sales.move"), cell: (it) => textOr(`sales.move.${it.move}`, it.move) },
    { header: t("sales.change"), right: true, cell: (it) => signed(it.change) },
    { header: t("sales.after"), right: true, cell: (it) => it.after ?? "—" },
    { header: t("sales.reason"), wrap: true, cell: (it) => reasonOf(it.reason) },
    {
      header: t("sales.order"),
      cell: (it) =>
        it.order_no ? html`<${Link} href=${`/shop-orders/${it.order_no}`}><${Code}>${it.order_no}<//><//>` : "—",
    },
    { header: t("sales.actor"), cell: (it) => actorText(it.actor) },
  ];
}

/** Returns a reason of the system in the current language. A reason that staff wrote stays as it is. */
function reasonOf(reason) {
  const [, sale, over] = /^flash sale (\S+)( is over)?$/.exec(reason) ?? [];
  if (sale) return t(over ? "sales.from_flash_sale" : "sales.to_flash_sale", { sale });
  return reasonText(reason, "sales");
}

const signed = (change) => (change > 0 ? `+${change}` : `−${-change}`);

function StockForm({ article, onClose, onSaved }) {
  const save = async ({ direction, change: count, reason }) => {
    const change = direction === "in" ? count : -count;
    const after = await postOnce(
      api,
      `stock ${article.goods_id}`,
      `/api/staff/goods/${article.goods_id}/stock-changes`,
      { change, reason },
    );
    toast(t("sales.stock_is", { count: after.stock }));
    await onSaved();
  };
  const read = async () => (await allGoods()).find((it) => it.goods_id === article.goods_id);
  const fields = [
    {
      name: "direction",
      label: t("sales.direction"),
      kind: "select",
      required: true,
      options: ["in", "out"].map((it) => [it, t(`sales.direction.${it}`)]),
    },
    { name: "change", label: t("sales.count"), kind: "number", required: true, least: 1 },
    {
      name: "reason",
      label: t("sales.reason"),
      kind: "text",
      required: true,
      wide: true,
      hint: t("sales.stock_reason"),
    },
  ];
  return html`<${FormSheet} title=${t("sales.change_stock")} fields=${fields} values=${{ direction: "in" }} onSave=${save} onClose=${onClose}
    submit=${t("sales.change_stock")} read=${read}>${(now) => html`<p>${t("sales.stock_now", { count: now.stock })}</p>`}<//>`;
}
