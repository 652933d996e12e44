// The cancellation rule in words, the same wherever it is told. The API tells the moments; nothing here reckons them.
import "./form/texts.js";
import { serverNow } from "../../shared/clock.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { keptOf, keptText, lateFee, ruleText } from "../../shared/rule.js";

export { ruleText };

/** Returns the rule of a stay in a room from its first night on; `night` is undefined until the guest has chosen one. */
export function stayRuleText(room, night) {
  if (night) return ruleText({ ...night, cancel_fee_bp: room.cancel_fee_bp }, room.hotel.time_zone);
  const [hours, kept] = [room.free_cancel_hours, keptText(room.cancel_fee_bp)];
  if (room.cancel_fee_bp === 0) return t("rule.free_any", { at: room.hotel.day_turns_at });
  return t("rule.until_any", { hours, at: room.hotel.check_in_time, kept });
}

/** Returns what cancelling this booking costs now, in fen: `{fee, back}`, what the hotel keeps and what goes back then. */
export function costOf(booking, now = serverNow()) {
  const late = booking.cancel_fee_bp > 0 && now > Date.parse(booking.free_cancel_until);
  return keptOf(booking, late ? lateFee(booking) : 0);
}

/** Returns in words what the guest gets back: "全额退回 ¥428". */
export function costText({ fee, back }) {
  return fee > 0
    ? t("rule.costs", { fee: money(fee), back: money(back) })
    : t("rule.costs_nothing", { back: money(back) });
}
