// The cancellation rule in words, the same wherever it is told. The API tells the moments; nothing here reckons them.
import "./texts.js";
import { serverNow } from "../../shared/clock.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { keptText, ruleText } from "../../shared/rule.js";

export { ruleText };

/** Returns the rule of a stay in a room from its first night on; `night` is undefined until the guest has chosen one. */
export function stayRuleText(room, night) {
  if (night) return ruleText({ ...night, cancel_fee_bp: room.cancel_fee_bp }, room.hotel.time_zone);
  const [hours, kept] = [room.free_cancel_hours, keptText(room.cancel_fee_bp)];
  if (room.cancel_fee_bp === 0) return t("rule.free_any", { at: room.hotel.day_turns_at });
  return t("rule.until_any", { hours, at: room.hotel.check_in_time, kept });
}

/**
 * Returns what cancelling this booking costs now, in fen: `{fee, back}`, what the hotel keeps and what goes back then. What went back
 * before, or is owed since a refund failed, counts against what the rule gives back (domain/cancellation.py says the same).
 */
export function costOf(booking, now = serverNow()) {
  if (booking.status === "pending_payment") return { fee: 0, back: 0 };
  const late = booking.cancel_fee_bp > 0 && now > Date.parse(booking.free_cancel_until);
  const given = (booking.refunds || []).filter((it) => it.status !== "failed").reduce((sum, it) => sum + it.amount, 0);
  // Rounds half up, like the API.
  const share = late ? Math.floor((booking.payable * booking.cancel_fee_bp + 5000) / 10_000) : 0;
  const inAll = Math.max(booking.payable - share, given + (booking.refund_owed || 0));
  return { fee: booking.payable - inAll, back: inAll - given };
}

/** Returns in words what the guest gets back: "全额退回 ¥428". */
export function costText({ fee, back }) {
  return fee > 0
    ? t("rule.costs", { fee: money(fee), back: money(back) })
    : t("rule.costs_nothing", { back: money(back) });
}
