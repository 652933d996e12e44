// The shop: all goods on sale.
import "./texts.js";
import { Empty, Listed, Picture, Price } from "../../shared/components.js";
import { useList } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { useCart } from "./cart_storage.js";

/** The page says how many are left if there are this many or fewer. */
const FEW = 10;

export function Shop() {
  const list = useList((cursor) => api.get("/api/goods", { limit: 20, cursor }));
  return html`<${Page} title=${t("shop.title")} action=${html`<${CartButton} />`}>
    <${Link} href="/flash" class="flash-way">
      <${Icon} name="flash" /><span class="grow"><strong>${t("shop.flash_way")}</strong><span>${t("shop.flash_way_more")}</span></span>
      <${Icon} name="go" size="18" />
    <//>
    <${Listed} from=${list} empty=${html`<${Empty} title=${t("shop.nothing")}><p>${t("shop.nothing_more")}</p><//>`}>
      ${(items) => html`<ul class="goods-grid">${items.map((goods, at) => html`<${Card} key=${goods.goods_id} goods=${goods} first=${at < 2} />`)}</ul>`}
    <//>
  <//>`;
}

function Card({ goods, first }) {
  const name = inLanguage(goods.name);
  return html`<li class=${goods.stock ? "goods-card" : "goods-card gone"}>
    <${Link} href=${`/shop/${goods.goods_id}`}>
      <${Picture} src=${goods.images[0]} className="goods-square" first=${first} />
      <span class="goods-card-text">
        <span class="goods-card-name">${name}</span>
        <span class="row between"><${Price} fen=${goods.price} /><${Stock} left=${goods.stock} /></span>
      </span>
    <//>
  </li>`;
}

/** The stock, if it is low. */
export function Stock({ left }) {
  if (left === 0) return html`<span class="badge bad">${t("shop.sold_out")}</span>`;
  if (left <= FEW) return html`<span class="badge warn">${t("shop.few_left", { count: left })}</span>`;
  return null;
}

/** The link to the cart, with the number of pieces in it. */
export function CartButton() {
  const count = useCart().reduce((sum, line) => sum + line.quantity, 0);
  return html`<${Link} href="/cart" class="icon-button cart-button" aria-label=${t("shop.cart_holds", { count })}>
    <${Icon} name="cart" />${count > 0 && html`<span class="cart-count number" aria-hidden="true">${count > 99 ? "99+" : count}</span>`}
  <//>`;
}
