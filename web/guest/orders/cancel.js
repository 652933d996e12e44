// The sheet that cancels a booking. It shows the cost first, by the booking's own rule.

import { serverNow } from "../../shared/clock.js";
import { Confirm } from "../../shared/components.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";
import { costOf, costText, ruleText } from "../stay/rule.js";

/** Whether the guest may cancel: until the moment that the API tells. Later only the front desk can end the booking. */
export function mayCancel(booking) {
  if (booking.status === "pending_payment") return true;
  return booking.status === "paid" && serverNow() < Date.parse(booking.cancellable_until);
}

export function CancelSheet({ booking, onCancelled, onClose }) {
  const cancel = useAction(async () => onCancelled(await api.post(`/api/bookings/${booking.order_no}/cancellation`)));
  const cost = costOf(booking);
  return html`<${Confirm} title=${t("orders.cancel_title")} action=${t("orders.cancel_now")} onConfirm=${cancel.run} onClose=${onClose}
    busy=${cancel.busy} error=${cancel.error}>
    <p class="cancel-cost">${booking.status === "paid" ? costText(cost) : t("orders.cancel_unpaid")}</p>
    <p class="small muted">${booking.status === "paid" ? ruleText(booking, booking.time_zone) : t("orders.cancel_coupon")}</p>
  <//>`;
}
