// Says why an order was refused, and what the guest can do.
import "./texts.js";
import { Unreachable } from "../../shared/api.js";
import { Alert, Button, faultText, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";

/** Returns the text for a refusal. The page has read all facts again by then. */
function textOf(error) {
  const { code, body } = error;
  if (error instanceof Unreachable || code === "in_progress") return t("shop.refused_no_answer");
  if (code === "price_changed") return t("shop.refused_price", { total: money(body.actual) });
  if (code === "out_of_stock")
    return t("shop.refused_stock", { names: body.names.map(inLanguage).join(t("shop.and")) });
  if (code === "coupon_unusable") return t("shop.refused_coupon");
  if (code === "insufficient_balance") return t("shop.refused_balance", { left: money(body.left) });
  if (code === "overtaken" || code === "busy") return t("shop.refused_overtaken");
  if (code === "not_on_sale" || code === "not_found") return t("shop.refused_off_sale");
  return faultText(error);
}

/** A message with the next step; nothing without a problem. */
export function CheckoutProblem({ error, missing, lines, onAdjust }) {
  if (!error && !missing) return null;
  const fit = lines
    .filter(({ goods }) => goods?.stock > 0)
    .map(({ goods, goods_id, quantity }) => ({ goods_id, quantity: Math.min(quantity, goods.stock) }));
  const adjust = () => {
    onAdjust(fit);
    toast(t("shop.adjusted"));
  };
  return html`<${Alert} look="between wrap" of=${error}><span class="grow">${error ? textOf(error) : t("shop.refused_missing")}</span>
    ${missing && fit.length > 0 && html`<${Button} kind="plain" small onClick=${adjust}>${t("shop.adjust")}<//>`}
    ${missing && fit.length === 0 && html`<${Link} href="/shop" class="button plain small">${t("shop.to_shop")}<//>`}
  <//>`;
}
