// The flash sales: open ones, coming ones, ended ones.
import "./texts.js";
import { Countdown, Empty, Listed, Picture, Price } from "../../shared/components.js";
import { moment } from "../../shared/format.js";
import { useList, useLoad, useNow, usePoll } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { readGoodsOnSale } from "../shop/goods_on_sale.js";
import { saleState } from "./sale_state.js";
import { Units } from "./units.js";

const POLL_EVERY_MS = 10_000;
const GROUPS = [
  ["flash.now", ["open", "sold_out", "paused"]],
  ["flash.soon", ["scheduled"]],
  ["flash.over", ["ended"]],
];

export function Flash() {
  const list = useList((cursor) => api.get("/api/flash-sales", { limit: 50, cursor }));
  const onSale = useLoad(() => readGoodsOnSale());
  usePoll(list.reload, POLL_EVERY_MS);
  return html`<${Page} title=${t("flash.title")}>
    <${Listed} from=${list} empty=${html`<${None} />`}>
      ${(sales) => html`<${Groups} sales=${sales} goods=${onSale.data?.goods} reload=${list.reload} />`}
    <//>
  <//>`;
}

function None() {
  return html`<${Empty} title=${t("flash.none")}><p>${t("flash.none_more")}</p>
    <${Link} href="/shop" class="button">${t("flash.to_shop")}<//><//>`;
}

function Groups({ sales, goods, reload }) {
  const now = useNow();
  const states = sales.map((sale) => ({ sale, is: saleState(sale, now) }));
  return GROUPS.map(([key, kinds]) => {
    const those = states.filter(({ is }) => kinds.includes(is));
    if (those.length === 0) return null;
    if (key === "flash.soon") those.sort((a, b) => a.sale.starts_at.localeCompare(b.sale.starts_at));
    return html`<section class="stack" key=${key}><h2>${t(key)}</h2>
      <ul class="stack halves">${those.map(
        ({ sale, is }) => html`<li key=${sale.sale_id}>
        <${Card} sale=${sale} is=${is} goods=${goods?.get(sale.goods_id)} reload=${reload} /></li>`,
      )}</ul></section>`;
  });
}

function Card({ sale, is, goods, reload }) {
  const over = is === "ended" || is === "sold_out";
  return html`<${Link} href=${`/flash/${sale.sale_id}`} class=${over ? "card flash-card gone" : "card flash-card"}>
    <${Picture} src=${goods?.images[0]} className="flash-thumb" />
    <span class="grow stack-tight">
      <strong>${inLanguage(sale.goods_name)}</strong>
      <span class="row wrap"><${Price} fen=${sale.price} />${goods && goods.price > sale.price && html`<${Price} fen=${goods.price} was />`}</span>
      ${(is === "open" || is === "sold_out") && html`<${Units} left=${sale.left} of=${sale.stock} />`}
      <span class="row between"><${When} sale=${sale} is=${is} reload=${reload} />
        ${is === "open" && html`<span class="button small" aria-hidden="true">${t("flash.go")}</span>`}</span>
    </span>
  <//>`;
}

function When({ sale, is, reload }) {
  if (is === "scheduled") {
    return html`<span class="small muted">${t("flash.begins_in")} <strong class="flash-clock"><${Countdown} until=${sale.starts_at} onEnd=${reload} /></strong></span>`;
  }
  if (is === "open") {
    return html`<span class="small muted">${t("flash.ends_in")} <${Countdown} until=${sale.ends_at} onEnd=${reload} /></span>`;
  }
  if (is === "paused") return html`<span class="badge warn">${t("flash.is_paused")}</span>`;
  if (is === "sold_out") return html`<span class="badge">${t("flash.is_sold_out")}</span>`;
  return html`<span class="small muted number">${t("flash.ended_at", { at: moment(sale.ends_at) })}</span>`;
}
