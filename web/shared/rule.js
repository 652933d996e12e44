// The cancellation rule of a stay in words, for guests and staff: one rule is told in one way.
import { serverNow } from "./clock.js";
import { localTime } from "./format.js";
import { t } from "./language.js";

/** Returns the rule of a booking, or of a stay on offer. `timeZone` is the hotel's. */
export function ruleText({ cancel_fee_bp: fee, free_cancel_until: free, cancellable_until: end }, timeZone) {
  if (fee === 0) return t("rule.free", { until: localTime(end, timeZone) });
  if (Date.parse(free) < serverNow()) return t("rule.now", { kept: keptText(fee) });
  return t("rule.until", { until: localTime(free, timeZone), kept: keptText(fee) });
}

/**
 * Returns what the hotel keeps of a booking that ends with this `fee`, and what goes back, in fen. It keeps no more than was paid; what
 * is owed of refunds that failed counts as gone back (domain/cancellation.py says the same).
 */
export function keptOf({ paid, refund_owed: owed = 0 }, fee) {
  const kept = Math.max(0, Math.min(fee, paid - owed));
  return { fee: kept, back: Math.max(0, paid - kept) };
}

/** Returns the fee once cancelling is not free any more, and if the guest does not come. It is rounded half up, like the API's. */
export function lateFee({ payable, cancel_fee_bp: fee }) {
  return Math.floor((payable * fee + 5000) / 10_000);
}

/** Returns the fee of a cancellation now: nothing while it is free. */
export function feeNow(booking) {
  const free = booking.cancel_fee_bp === 0 || serverNow() <= Date.parse(booking.free_cancel_until);
  return free ? 0 : lateFee(booking);
}

/** Returns in words what a late cancellation costs. */
export function keptText(fee) {
  return fee === 10_000 ? t("rule.all_kept") : t("rule.kept", { percent: fee / 100 });
}
