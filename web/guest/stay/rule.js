// The cancellation rule in words, the same wherever it is told. The API tells the moments; nothing here reckons them.
import "./form/texts.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { feeNow, keptOf, keptText, ruleText } from "../../shared/rule.js";

export { ruleText };

/** Returns the rule of a stay in a room from its first night on; `night` is undefined until the guest has chosen one. */
export function stayRuleText(room, night) {
  if (night) return ruleText({ ...night, cancel_fee_bp: room.cancel_fee_bp }, room.hotel.time_zone);
  const [hours, kept] = [room.free_cancel_hours, keptText(room)];
  if (room.cancel_fee_bp === 0) return t("rule.free_any", { at: room.hotel.day_turns_at });
  return t("rule.until_any", { hours, at: room.hotel.check_in_time, kept });
}

/** Returns what cancelling this booking costs now, in fen: `{fee, back}`, what the hotel keeps and what goes back then. */
export function costOf(booking) {
  return keptOf(booking, feeNow(booking));
}

/** Returns in words what the guest gets back: "全额退回 ¥428". Of a deposit it says that it is the deposit that is kept. */
export function costText({ payment, cancel_fee_bp: bp, deposit_bp: deposit }, { fee, back }) {
  if (fee === 0) return t("rule.costs_nothing", { back: money(back) });
  const byDeposit = payment === "deposit" && bp <= deposit;
  return t(byDeposit ? "rule.costs_deposit" : "rule.costs", { fee: money(fee), back: money(back) });
}
