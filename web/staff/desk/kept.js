// What the hotel keeps of a stay that will not be, and by which way the rest goes back, in words.
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { keptOf } from "../../shared/rule.js";

/** Returns one sentence or two. `booking` has `refund_owed` (`readOwed`). What the desk took goes back at the desk, the rest by itself. */
export function keptText(booking, wanted) {
  if (!(booking.paid > 0)) return t("desk.no_show_unpaid");
  const { fee, back } = keptOf(booking, wanted);
  const facts = { kept: money(fee), back: money(back) };
  if (back === 0) return t("moves.keeps_all", facts);
  const online = Math.max(0, booking.paid - booking.refund_owed - booking.desk);
  const atDesk = Math.max(0, back - online);
  const told = t(fee > 0 ? "moves.keeps" : "moves.keeps_nothing", facts);
  if (atDesk === 0) return `${told} ${t("moves.back_by_itself")}`;
  return `${told} ${t(atDesk === back ? "moves.back_at_desk" : "moves.back_partly", { amount: money(atDesk) })}`;
}
