// The sheet that cancels a booking. It shows the cost first, by the booking's own rule.

import { serverNow } from "../../shared/clock.js";
import { Confirm } from "../../shared/components.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";
import { costOf, costText, ruleText } from "../stay/rule.js";

const HELD = new Set(["paid", "reserved"]);

/** Whether the guest may cancel: until the moment that the API tells. Later only the front desk can end the booking. */
export function mayCancel(booking) {
  if (booking.status === "pending_payment") return true;
  return HELD.has(booking.status) && serverNow() < Date.parse(booking.cancellable_until);
}

export function CancelSheet({ booking, onChange, onCancelled, onClose }) {
  const path = `/api/bookings/${booking.order_no}`;
  const cancel = useAction(async () => onCancelled(await api.post(`${path}/cancellation`)));
  const read = async () => {
    const now = await api.get(path);
    onChange(now);
    return now;
  };
  const obstacle = (now) => (mayCancel(now) ? null : obstacleOf(now));
  return html`<${Confirm} title=${t("orders.cancel_title")} action=${t("orders.cancel_now")} onConfirm=${cancel.run} onClose=${onClose}
    busy=${cancel.busy} error=${cancel.error} read=${read} obstacle=${obstacle} since=${booking.status}>${(now) => html`
    <p class="cancel-cost">${now.paid > 0 ? costText(now, costOf(now)) : t("orders.cancel_unpaid")}</p>
    <p class="small muted">${now.paid > 0 ? ruleText(now, now.time_zone) : t("orders.cancel_coupon")}</p>`}
  <//>`;
}

/** Returns why a booking cannot be cancelled. A paid or reserved one is then past its check-in date. */
function obstacleOf({ status }) {
  if (HELD.has(status)) return t("problem.not_cancellable");
  return t("changed_to", { status: t(`status.${status}`) });
}
