// The cart, stored on the device. Prices and stock are read each time the page shows.
import "./texts.js";
import { Button, Empty, Failure, Loading, Picture, Price, Quantity } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useLocation } from "../../vendor/preact.js";
import { Page, Side } from "../shell.js";
import { beginCheckout, MOST_OF_ONE, removeFromCart, seePrices, setQuantity, useCart } from "./cart_storage.js";
import { readGoodsOnSale } from "./goods_on_sale.js";
import { shippingFor } from "./sum.js";

export function Cart() {
  const lines = useCart();
  const onSale = useLoad(() => readGoodsOnSale(lines.map((line) => line.goods_id)));
  if (lines.length === 0) {
    return html`<${Page} title=${t("shop.cart")} back="/shop"><${Empty} title=${t("shop.cart_empty")} picture="cart">
      <p>${t("shop.cart_empty_more")}</p><${Link} href="/shop" class="button">${t("shop.to_shop")}<//><//><//>`;
  }
  if (!onSale.data) {
    return html`<${Page} title=${t("shop.cart")} back="/shop">
      ${onSale.error ? html`<${Failure} error=${onSale.error} retry=${onSale.reload} />` : html`<${Loading} rows=${lines.length} />`}
    <//>`;
  }
  const found = lines.map((line) => stateOf(line, onSale.data.goods.get(line.goods_id)));
  const ready = found.filter((it) => it.state === "ready");
  const total = ready.reduce((sum, it) => sum + it.goods.price * it.line.quantity, 0);
  return html`<${Page} title=${t("shop.cart")} back="/shop"
    foot=${html`<${ToCheckout} ready=${ready} total=${total} goods=${onSale.data.goods} />`}>
    <${News} found=${found} goods=${onSale.data.goods} />
    <ul class="cells">${found.map((it) => html`<${Line} key=${it.line.goods_id} of=${it} />`)}</ul>
    <${Side}><${Sending} shipping=${onSale.data.shipping} total=${total} /><//>
  <//>`;
}

/** Returns a line with its state: "ready", "short" (fewer left than wanted), "sold_out" or "gone" (not on sale). */
function stateOf(line, goods) {
  if (!goods) return { line, goods, state: "gone" };
  if (goods.stock === 0) return { line, goods, state: "sold_out" };
  return { line, goods, state: goods.stock < line.quantity ? "short" : "ready", change: goods.price - line.price };
}

/** Says what has changed since the guest added the goods. */
function News({ found, goods }) {
  const lost = found.filter((it) => it.state === "gone" || it.state === "sold_out");
  const changed = found.some((it) => it.change);
  return html`${
    lost.length > 0 &&
    html`<div class="banner warn between"><span class="grow">${t("shop.some_gone", { count: lost.length })}</span>
      <${Button} kind="plain" small onClick=${() => removeFromCart(lost.map((it) => it.line.goods_id))}>${t("shop.clear_gone")}<//></div>`
  }
  ${
    changed &&
    html`<div class="banner between"><span class="grow">${t("shop.prices_changed")}</span>
      <${Button} kind="plain" small onClick=${() => seePrices(goods)}>${t("shop.understood")}<//></div>`
  }`;
}

function Line({ of: { line, goods, state, change } }) {
  const name = inLanguage((goods ?? line).name);
  const lost = state === "gone" || state === "sold_out";
  return html`<li class=${lost ? "cell cart-line gone" : "cell cart-line"}>
    <${Picture} src=${goods?.images[0]} className="thumb" />
    <div class="grow stack-tight">
      ${goods ? html`<${Link} href=${`/shop/${line.goods_id}`} class="cart-name">${name}<//>` : html`<span class="cart-name">${name}</span>`}
      ${lost && html`<span class="small muted">${t(state === "gone" ? "shop.line_off_sale" : "shop.line_sold_out")}</span>`}
      ${state === "short" && html`<span class="small warn-text">${t("shop.line_short", { count: goods.stock })}</span>`}
      <div class="row between">
        <span class="row"><${Price} fen=${(goods ?? line).price} />
          ${Boolean(change) && html`<${Price} fen=${line.price} was />`}</span>
        ${!lost && html`<${Quantity} label=${t("shop.quantity_of", { name })} value=${line.quantity} most=${Math.min(Math.max(goods.stock, line.quantity), MOST_OF_ONE)} onChange=${(value) => setQuantity(line.goods_id, Math.min(value, goods.stock))} />`}
      </div>
    </div>
    <button type="button" class="icon-button" aria-label=${t("shop.remove", { name })} onClick=${() => removeFromCart([line.goods_id])}>
      <${Icon} name="close" size="18" /></button>
  </li>`;
}

function Sending({ shipping, total }) {
  const fee = shippingFor(shipping, total);
  if (fee === null || total === 0) return null;
  if (fee === 0) return html`<p class="small muted center">${t("shop.sent_free")}</p>`;
  return html`<p class="small muted center">${t("shop.sent_free_above", { more: money(shipping.free_from - total), fee: money(fee) })}</p>`;
}

function ToCheckout({ ready, total, goods }) {
  const [, go] = useLocation();
  const pieces = ready.reduce((sum, it) => sum + it.line.quantity, 0);
  const next = () => {
    seePrices(goods);
    beginCheckout(
      ready.map((it) => it.line),
      true,
    );
    go("/checkout");
  };
  return html`<div class="grow"><span class="small muted number">${t("shop.pieces", { count: pieces })}</span><br /><strong class="foot-price"><${Price} fen=${total} /></strong></div>
    <${Button} disabled=${ready.length === 0} onClick=${next}>${t("shop.to_checkout")}<//>`;
}
