// The forms for an order of goods: shipment, refund, return.
import "./texts.js";
import { toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";

export function ShipForm({ order, onClose, onSaved }) {
  const save = async (body) => {
    await api.post(`/api/staff/orders/${order.order_no}/shipment`, body);
    toast(t("sales.is_shipped"));
    await onSaved();
  };
  const fields = [
    { name: "carrier", label: t("sales.carrier"), kind: "text", required: true, hint: t("sales.carrier_hint") },
    { name: "tracking_no", label: t("sales.tracking_no"), kind: "text", required: true },
  ];
  return html`<${FormSheet} title=${t("sales.ship")} fields=${fields} values=${{}} onSave=${save} onClose=${onClose} submit=${t("sales.ship")}>
    <p>${order.consignee} · <span class="number">${order.phone_number}</span><br />${inLanguage(order.address)}</p><//>`;
}

export function RefundForm({ order, onClose, onSaved }) {
  const save = async (body) => {
    const refund = await postOnce(api, `refund ${order.order_no}`, `/api/staff/orders/${order.order_no}/refunds`, body);
    toast(t("sales.is_refunded", { amount: money(refund.amount) }));
    await onSaved();
  };
  return html`<${FormSheet} title=${t("sales.refund")} fields=${amountAndReason()} values=${{}} onSave=${save} onClose=${onClose}
    submit=${t("sales.refund")}><p>${t("sales.refund_about")}</p><//>`;
}

export function ReturnForm({ order, onClose, onSaved }) {
  const save = async (body) => {
    await api.post(`/api/staff/orders/${order.order_no}/return`, body);
    toast(t("sales.is_taken_back"));
    await onSaved();
  };
  return html`<${FormSheet} title=${t("sales.take_back")} fields=${amountAndReason()} values=${{}} onSave=${save} onClose=${onClose}
    submit=${t("sales.take_back")}><p>${t("sales.return_about")}</p><//>`;
}

function amountAndReason() {
  return [
    { name: "amount", label: t("sales.refund_amount"), kind: "yuan", hint: t("sales.refund_hint") },
    { name: "reason", label: t("sales.reason"), kind: "text", required: true, hint: t("sales.reason_hint") },
  ];
}
