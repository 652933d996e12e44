// The sheet that cancels a booking. It shows the cost first, by the booking's own rule.
import { Confirm } from "../../shared/components.js";
import { today } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";
import { bookedRuleText, costOf, costText } from "../stay/rule.js";

/** Whether the guest may cancel: until the end of the check-in date. Later only the front desk can end the booking. */
export function mayCancel(booking, timeZone) {
  if (booking.status === "pending_payment") return true;
  return booking.status === "paid" && today(timeZone) <= booking.check_in;
}

export function CancelSheet({ booking, timeZone, onChange, onCancelled, onClose }) {
  const path = `/api/bookings/${booking.order_no}`;
  const cancel = useAction(async () => onCancelled(await api.post(`${path}/cancellation`)));
  const read = async () => {
    const now = await api.get(path);
    onChange(now);
    return now;
  };
  const obstacle = (now) => (mayCancel(now, timeZone) ? null : obstacleOf(now));
  return html`<${Confirm} title=${t("orders.cancel_title")} action=${t("orders.cancel_now")} onConfirm=${cancel.run} onClose=${onClose}
    busy=${cancel.busy} error=${cancel.error} read=${read} obstacle=${obstacle} since=${booking.status}>${(now) => html`
    <p class="cancel-cost">${now.status === "paid" ? costText(costOf(now)) : t("orders.cancel_unpaid")}</p>
    <p class="small muted">${now.status === "paid" ? bookedRuleText(now, timeZone) : t("orders.cancel_coupon")}</p>`}
  <//>`;
}

/** Returns why a booking cannot be cancelled. A paid one is then past its check-in date. */
function obstacleOf({ status }) {
  if (status === "paid") return t("problem.not_cancellable");
  return t("changed_to", { status: t(`status.${status}`) });
}
