// One article: pictures, what it is, and how many of it go into the cart.
import "./texts.js";
import { pause } from "../../shared/clock.js";
import { Button, Empty, Failure, Loading, Picture, Price, Quantity, toast } from "../../shared/components.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useLocation, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page, Side } from "../shell.js";
import { addToCart, beginCheckout, MOST_LINES, MOST_OF_ONE, readCart } from "./cart_storage.js";
import { CartButton, Stock } from "./shop.js";

const DOUBLE_PRESS_MS = 600;

export function Goods({ params }) {
  const from = useLoad(() => api.get(`/api/goods/${params.goods_id}`), [params.goods_id]);
  const [quantity, setQuantity] = useState(1);
  const goods = from.data;
  const frame = (children, foot) => html`<${Page} title=${goods ? inLanguage(goods.name) : t("shop.title")} back="/shop"
    action=${html`<${CartButton} />`} foot=${foot}>${children}<//>`;
  if (from.error?.code === "not_found") return frame(html`<${Gone} />`);
  if (!goods && from.error) return frame(html`<${Failure} error=${from.error} retry=${from.reload} />`);
  if (!goods) return frame(html`<${Loading} rows=${3} tall />`);
  const most = Math.min(goods.stock, MOST_OF_ONE);
  const foot = html`<${Buttons} goods=${goods} quantity=${quantity} />`;
  return frame(
    [
      html`<${Pictures} goods=${goods} />`,
      html`<${Side}><section class="card stack">
        <div class="row between wrap"><span class="goods-price"><${Price} fen=${goods.price} /></span><${Stock} left=${goods.stock} /></div>
        <h2>${inLanguage(goods.name)}</h2>
        ${goods.description && html`<p class="muted goods-words">${inLanguage(goods.description)}</p>`}
      </section>
      ${
        goods.stock > 0 &&
        html`<section class="cells"><div class="cell">
          <span class="grow">${t("shop.quantity")}<br /><span class="muted small number">${t("shop.in_stock", { count: goods.stock })}</span></span>
          <${Quantity} label=${t("shop.quantity")} value=${Math.min(quantity, most)} most=${most} onChange=${setQuantity} />
        </div></section>`
      }
      <ul class="promises muted small">
        <li>${t("shop.promise_sent")}</li><li>${t("shop.promise_cancel")}</li><li>${t("shop.promise_receipt")}</li>
      </ul><//>`,
    ],
    foot,
  );
}

function Pictures({ goods }) {
  const sources = goods.images.length ? goods.images : [undefined];
  const name = inLanguage(goods.name);
  if (sources.length === 1) return html`<${Picture} src=${sources[0]} alt=${name} className="goods-picture" first />`;
  return html`<div class="goods-pictures" tabindex="0" role="group" aria-label=${t("shop.pictures")}>
    ${sources.map((src, at) => html`<${Picture} key=${src} src=${src} alt=${`${name} ${at + 1}/${sources.length}`} className="goods-picture" first=${at === 0} />`)}
  </div>`;
}

/** Returns the action that puts the goods into the cart. */
function useAdd(goods, wanted) {
  return useAction(async () => {
    const lines = readCart();
    if (lines.length >= MOST_LINES && !lines.some((line) => line.goods_id === goods.goods_id)) {
      toast(t("shop.cart_full", { count: MOST_LINES }));
      return;
    }
    addToCart(goods, wanted);
    toast(t("shop.added"));
    // A double press is one wish.
    await pause(DOUBLE_PRESS_MS);
  });
}

function Buttons({ goods, quantity }) {
  const [, go] = useLocation();
  const add = useAdd(goods, Math.min(quantity, goods.stock, MOST_OF_ONE));
  if (goods.stock === 0) return html`<${Button} wide disabled>${t("shop.sold_out")}<//>`;
  const wanted = Math.min(quantity, goods.stock, MOST_OF_ONE);
  const buy = () => {
    beginCheckout([{ goods_id: goods.goods_id, quantity: wanted }], false);
    go("/checkout");
  };
  return html`<${Button} kind="plain" wide busy=${add.busy} onClick=${add.run}>${t("shop.add")}<//>
    <${Button} wide onClick=${buy}>${t("shop.buy_now")}<//>`;
}

function Gone() {
  return html`<${Empty} title=${t("shop.off_sale")}><p>${t("shop.off_sale_more")}</p>
    <${Link} href="/shop" class="button">${t("shop.to_shop")}<//><//>`;
}
