// What we owe a guest after a refund has failed.
import "./texts.js";
import { Banner } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

/** Statuses whose sentence says that the refund is on its way, or has arrived. */
const SAYS_REFUNDED = new Set(["refunding", "refunded", "returned"]);

/** Returns whether the sentence of the order's status is wrong, because a part of the money has not arrived. */
export function contradicts(order) {
  return order.refund_owed > 0 && SAYS_REFUNDED.has(order.status);
}

/** Says how much of the refunds of an order has not arrived. */
export function Owed({ order }) {
  if (!(order.refund_owed > 0)) return null;
  return html`<${Banner} tone="warn"><span>${t("orders.owed", { amount: money(order.refund_owed) })}</span><//>`;
}
