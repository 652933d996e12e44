// The forms for an order of goods: shipment, refund, return.
import "./texts.js";
import { orNull } from "../../shared/api.js";
import { toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t, textOr } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";

const REFUNDABLE = new Set(["paid", "shipped", "received"]);
const RETURNABLE = new Set(["shipped", "received"]);

/** Returns what staff can do with an order. */
export function openSteps({ status, address }) {
  return {
    refund: REFUNDABLE.has(status),
    takeBack: RETURNABLE.has(status),
    ship: status === "paid",
    lacksAddress: status === "paid" && !address,
  };
}

/** Returns an order by its number; null if there is none. */
export async function findShopOrder(orderNo) {
  const found = await orNull(api.get("/api/staff/shop-orders", { order_no: orderNo }));
  return found?.items[0] ?? null;
}

/** Returns what makes a form look whether a step is still open. */
function stillOpen(step, order) {
  return {
    read: () => findShopOrder(order.order_no),
    obstacle: (now) =>
      openSteps(now ?? {})[step] ? null : t("changed_to", { status: textOr(`status.${now?.status}`, "—") }),
  };
}

export function ShipForm({ order, onClose, onSaved }) {
  const save = async (body) => {
    await postOnce(api, `shipment ${order.order_no}`, `/api/staff/orders/${order.order_no}/shipment`, body);
    toast(t("sales.is_shipped"));
    await onSaved();
  };
  const fields = [
    { name: "carrier", label: t("sales.carrier"), kind: "text", required: true, hint: t("sales.carrier_hint") },
    { name: "tracking_no", label: t("sales.tracking_no"), kind: "text", required: true },
  ];
  return html`<${FormSheet} title=${t("sales.ship")} fields=${fields} values=${{}} onSave=${save} onClose=${onClose} submit=${t("sales.ship")} ...${stillOpen("ship", order)}>
    ${(now) => html`<p>${now.consignee} · <span class="number">${now.phone_number}</span><br />${inLanguage(now.address)}</p>`}<//>`;
}

export function RefundForm({ order, onClose, onSaved }) {
  const save = async (body) => {
    const refund = await postOnce(api, `refund ${order.order_no}`, `/api/staff/orders/${order.order_no}/refunds`, body);
    toast(t("sales.is_refunded", { amount: money(refund.amount) }));
    await onSaved();
  };
  return html`<${FormSheet} title=${t("sales.refund")} fields=${amountAndReason()} values=${{}} onSave=${save} onClose=${onClose}
    submit=${t("sales.refund")} ...${stillOpen("refund", order)}><p>${t("sales.refund_about")}</p><//>`;
}

export function ReturnForm({ order, onClose, onSaved }) {
  const save = async (body) => {
    await postOnce(api, `return ${order.order_no}`, `/api/staff/orders/${order.order_no}/return`, body);
    toast(t("sales.is_taken_back"));
    await onSaved();
  };
  return html`<${FormSheet} title=${t("sales.take_back")} fields=${amountAndReason()} values=${{}} onSave=${save} onClose=${onClose}
    submit=${t("sales.take_back")} ...${stillOpen("takeBack", order)}><p>${t("sales.return_about")}</p><//>`;
}

function amountAndReason() {
  return [
    { name: "amount", label: t("sales.refund_amount"), kind: "yuan", hint: t("sales.refund_hint") },
    { name: "reason", label: t("sales.reason"), kind: "text", required: true, hint: t("sales.reason_hint") },
  ];
}
