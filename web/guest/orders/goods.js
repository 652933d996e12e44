// The guest's orders of goods, with flash orders, newest first.
import "../shop/texts.js";
import { Countdown, Empty, Listed, Picture, Status } from "../../shared/components.js";
import { moment, money } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";
import { readGoodsOnSale } from "../shop/goods_on_sale.js";

/** The list in the orders tab. */
export function GoodsOrders() {
  const list = useList((cursor) => api.get("/api/shop-orders", { limit: 20, cursor }));
  const onSale = useLoad(() => readGoodsOnSale());
  return html`<${Listed} from=${list} rows=${3} empty=${html`<${None} />`}>
    ${(items) =>
      html`<ul class="stack halves">${items.map(
        (order) => html`<li key=${order.order_no}>
      <${Card} order=${order} goods=${onSale.data?.goods} reload=${list.reload} /></li>`,
      )}</ul>`}
  <//>`;
}

function None() {
  return html`<${Empty} title=${t("shop.no_orders")} picture="cart"><p>${t("shop.no_orders_more")}</p>
    <${Link} href="/shop" class="button">${t("shop.to_shop")}<//><//>`;
}

function Card({ order, goods, reload }) {
  const pieces = order.items.reduce((sum, line) => sum + line.quantity, 0);
  const names = order.items.map((line) => inLanguage(line.name)).join(t("shop.and"));
  return html`<${Link} href=${`/shop-orders/${order.order_no}`} class="card goods-order">
    <span class="row between"><span class="small muted number">${moment(order.created_at)}</span>
      <span class="row">${order.sale_id && html`<span class="badge accent">${t("shop.of_flash")}</span>`}<${Status} of=${order.status} /></span></span>
    <span class="row">
      <span class="order-pictures">${order.items.slice(0, 3).map((line) => html`<${Picture} key=${line.goods_id} src=${goods?.get(line.goods_id)?.images[0]} className="thumb small-thumb" />`)}</span>
      <span class="grow order-names">${names}</span>
    </span>
    <span class="row between"><span class="small muted number">${t("shop.pieces", { count: pieces })}</span>
      <strong class="number">${money(order.goods_total + order.shipping_fee - order.discount)}</strong></span>
    ${order.status === "pending_payment" && html`<span class="row between goods-order-wait"><span>${t("shop.pay_within")} <${Countdown} until=${order.expires_at} onEnd=${reload}>${t("shop.time_over")}<//></span><span class="button small">${t("shop.pay")}</span></span>`}
    ${order.status === "shipped" && html`<span class="row between goods-order-wait"><span class="code">${order.carrier} ${order.tracking_no}</span><span class="button small plain">${t("shop.receive")}</span></span>`}
  <//>`;
}
