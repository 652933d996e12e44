// The goods of the shop: names, prices, stock.
import { postOnce } from "../../shared/idempotency.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, FaultLine, Loaded, Picture, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { AddButton, Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

const LOW = 10;

export const allGoods = () => everything(api, "/api/staff/goods");

/** Returns the body of a change: it needs every field. */
export const goodsText = ({ name, price, description, images, on_sale, version }) => ({
  name,
  price,
  description,
  images,
  on_sale,
  version,
});

export function Goods() {
  const goods = useLoad(allGoods);
  const [edited, setEdited] = useState(null);
  const turn = useAction(async (article) => {
    try {
      await api.put(`/api/staff/goods/${article.goods_id}`, { ...goodsText(article), on_sale: !article.on_sale });
    } catch (error) {
      // The page is outdated: without a reload the next press would fail too.
      if (error.code === "version_conflict") await goods.reload();
      throw error;
    }
    toast(t(article.on_sale ? "sales.taken_off" : "sales.put_on", { name: inLanguage(article.name) }));
    await goods.reload();
  });
  const add = html`<${AddButton} onClick=${() => setEdited({})}>${t("sales.add_goods")}<//>`;
  return html`<${Page} title=${t("page.goods")} actions=${add}>
    <${FaultLine} error=${turn.error} />
    <${Loaded} from=${goods}>${(items) =>
      items.length
        ? html`<${Table} caption=${t("page.goods")} rows=${items} rowKey=${(it) => it.goods_id} file=${{ path: "/api/staff/goods" }} link=${(it) => `/goods/${it.goods_id}`}
            columns=${columns(setEdited, turn)} />`
        : html`<${Empty} title=${t("sales.no_goods")} picture="cart">${add}<//>`}<//>
    ${edited && html`<${GoodsForm} article=${edited} onClose=${() => setEdited(null)} onSaved=${goods.reload} />`}
  <//>`;
}

function columns(edit, turn) {
  return [
    {
      header: t("sales.goods"),
      cell: (it) =>
        html`<span class="row"><${Picture} src=${it.images[0]} className="thumb" />${inLanguage(it.name)}</span>`,
    },
    { header: t("sales.price"), right: true, cell: (it) => money(it.price) },
    { header: t("sales.stock"), right: true, cell: (it) => html`<${Stock} left=${it.stock} />` },
    { header: t("sales.state"), cell: (it) => html`<${OnSale} article=${it} />` },
    {
      header: t("sales.actions"),
      quiet: true,
      right: true,
      cell: (it) => html`<span class="presses">
        <${Link} class="button quiet small" href=${`/goods/${it.goods_id}`}>${t("sales.ledger")}<//>
        <${Button} kind="quiet" small aria-label=${`${t("sales.edit")} ${inLanguage(it.name)}`} onClick=${() => edit(it)}>${t("sales.edit")}<//>
        <${Button} kind="quiet" small busy=${turn.busy} aria-label=${`${t(it.on_sale ? "sales.take_off" : "sales.put_it_on")} ${inLanguage(it.name)}`}
          onClick=${() => turn.run(it)}>${t(it.on_sale ? "sales.take_off" : "sales.put_it_on")}<//></span>`,
    },
  ];
}

/** The stock, in a colour if it is low. */
export function Stock({ left }) {
  if (left >= LOW) return html`${left}`;
  return html`<${Badge} tone=${left ? "warn" : "bad"}>${left}<//>`;
}

export function OnSale({ article }) {
  return html`<${Badge} tone=${article.on_sale ? "good" : ""}>${t(article.on_sale ? "sales.is_on_sale" : "sales.is_off_sale")}<//>`;
}

/** Adds an article with its initial stock, or changes one. The stock of an article has its own form, with a reason. */
export function GoodsForm({ article, onClose, onSaved }) {
  const isNew = !article.goods_id;
  const save = async (body, values) => {
    const saved = isNew
      ? await postOnce(api, "goods", "/api/staff/goods", body)
      : await api.put(`/api/staff/goods/${article.goods_id}`, { ...body, version: values.version });
    toast(t("sales.saved", { name: inLanguage(saved.name) }));
    await onSaved();
  };
  const reload = async () => (await allGoods()).find((it) => it.goods_id === article.goods_id);
  return html`<${FormSheet} title=${isNew ? t("sales.add_goods") : inLanguage(article.name)} fields=${fields(isNew)}
    values=${isNew ? { on_sale: true } : article} onSave=${save} onClose=${onClose} onReload=${isNew ? undefined : reload} />`;
}

function fields(isNew) {
  const stock = { name: "stock", label: t("sales.first_stock"), kind: "number", required: true };
  return [
    { name: "name", label: t("sales.name"), kind: "text", required: true, wide: true, hint: t("sales.bilingual") },
    { name: "price", label: t("sales.price"), kind: "yuan", required: true },
    ...(isNew ? [stock] : []),
    { name: "on_sale", label: t("sales.sell_it"), kind: "check" },
    { name: "images", label: t("sales.images"), kind: "images" },
    { name: "description", label: t("sales.description"), kind: "text", multiline: true },
  ];
}
