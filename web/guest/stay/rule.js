// The cancellation rule of a room or a booking, in words. Check-in is at 14:00, hotel time.
import "./texts.js";
import { serverNow } from "../../shared/clock.js";
import { moment, money } from "../../shared/format.js";
import { locale, t } from "../../shared/language.js";

const ARRIVAL_HOUR = 14;

/** Returns the rule of a room for a stay that begins on `checkIn`. */
export function ruleText({ free_cancel_hours: hours, cancel_fee_bp: fee, hotel }, checkIn) {
  if (fee === 0) return t("rule.free");
  // This is hotel time: the browser's time zone must not change it.
  const until = new Date(Date.parse(`${checkIn}T00:00:00Z`) + (ARRIVAL_HOUR - hours) * 3_600_000);
  const shown = new Intl.DateTimeFormat(locale(), {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: "UTC",
  }).format(until);
  if (wall(until, "UTC") < wall(new Date(serverNow()), hotel?.time_zone)) return t("rule.now", { kept: keptText(fee) });
  return t("rule.until", { until: shown, kept: keptText(fee) });
}

function keptText(fee) {
  return fee === 10_000 ? t("rule.all_kept") : t("rule.kept", { percent: fee / 100 });
}

/** Returns a moment in the local time of a zone, as a text that can be compared. */
function wall(at, timeZone = "Asia/Shanghai") {
  return at.toLocaleString("sv-SE", { timeZone });
}

/** Returns what cancelling this booking costs now: `{fee, back}` in fen. */
export function costOf(booking, now = serverNow()) {
  if (booking.status === "pending_payment") return { fee: 0, back: 0 };
  const late = booking.cancel_fee_bp > 0 && now > Date.parse(booking.free_cancel_until);
  const given = (booking.refunds || []).filter((it) => it.status !== "failed").reduce((sum, it) => sum + it.amount, 0);
  // Rounds half up, like the API.
  const fee = late ? Math.floor((booking.payable * booking.cancel_fee_bp + 5000) / 10_000) : 0;
  return { fee, back: Math.min(booking.payable - fee, booking.payable - given) };
}

/** Returns the rule of a booking in hotel time. `timeZone` is an IANA zone. */
export function bookedRuleText(booking, timeZone = "Asia/Shanghai") {
  if (booking.cancel_fee_bp === 0) return t("rule.free");
  const kept = keptText(booking.cancel_fee_bp);
  if (Date.parse(booking.free_cancel_until) < serverNow()) return t("rule.now", { kept });
  return t("rule.until", { until: moment(booking.free_cancel_until, { timeZone }), kept });
}

/** Returns in words what the guest gets back: "全额退回 ¥428". */
export function costText({ fee, back }) {
  return fee > 0
    ? t("rule.costs", { fee: money(fee), back: money(back) })
    : t("rule.costs_nothing", { back: money(back) });
}
