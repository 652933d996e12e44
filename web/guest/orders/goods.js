// The orders of goods, as the orders tab lists them.
import "./texts.js";
import { Empty } from "../../shared/components.js";
import { t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";

export function GoodsOrders() {
  return html`<${Empty} title=${t("orders.none")} picture="cart"><${Link} class="button" href="/shop">${t("orders.to_shop")}<//><//>`;
}
