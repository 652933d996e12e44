// The price and its parts, as on a receipt.
import "./texts.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

/** `sum`: total, shipping (null: not known yet), discount, balance, payable, in fen. `done`: it is paid. */
export function Sum({ sum, done = false }) {
  return html`<dl class="facts sum">
    <dt>${t("shop.sum_goods")}</dt><dd>${money(sum.total)}</dd>
    <dt>${t("shop.sum_shipping")}</dt><dd>${shippingText(sum.shipping)}</dd>
    ${sum.discount > 0 && html`<dt>${t("shop.sum_discount")}</dt><dd>${money(-sum.discount)}</dd>`}
    ${sum.balance > 0 && html`<dt>${t("shop.sum_balance")}</dt><dd>${money(-sum.balance)}</dd>`}
    ${sum.payable !== null && html`<dt class="total">${t(done ? "shop.sum_paid" : "shop.sum_payable")}</dt><dd class="total">${money(sum.payable)}</dd>`}
  </dl>`;
}

function shippingText(fee) {
  if (fee === null) return t("shop.shipping_later");
  return fee === 0 ? t("shop.shipping_free") : money(fee);
}
