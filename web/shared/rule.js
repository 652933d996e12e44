// The cancellation rule of a stay in words, for guests and staff: one rule is told in one way.
import { serverNow } from "./clock.js";
import { localTime } from "./format.js";
import { t } from "./language.js";

const BASIS = 10_000;

/** Returns the share of `fen` in basis points, half a fen rounded up: as the API's Money.share. */
export function shareOf(fen, bp) {
  return Math.floor((fen * bp + BASIS / 2) / BASIS);
}

/**
 * Returns the rule of a booking, or of a stay on offer: `{cancel_fee_bp, deposit_bp?, payment?, free_cancel_until, cancellable_until}`.
 * Without `free_cancel_until` cancelling is never free. `timeZone` is the hotel's.
 */
export function ruleText(rule, timeZone) {
  const { free_cancel_until: free, cancellable_until: end } = rule;
  if (keptBp(rule) === 0) {
    // Where nothing is paid with the booking, nothing goes back.
    return t(rule.payment === "at_hotel" ? "rule.free_unpaid" : "rule.free", { until: localTime(end, timeZone) });
  }
  if (!free) return t("rule.never", { kept: keptText(rule) });
  if (Date.parse(free) < serverNow()) return t("rule.now", { kept: keptText(rule) });
  return t("rule.until", { until: localTime(free, timeZone), kept: keptText(rule) });
}

/** Returns the part of `payable` that a late cancellation costs, in basis points: the fee, and at least the deposit. */
function keptBp({ cancel_fee_bp: fee, deposit_bp: deposit }) {
  return Math.max(fee, deposit ?? 0);
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
export function lateFee(booking) {
  return shareOf(booking.payable, keptBp(booking));
}

/** Returns the fee of a cancellation now: nothing while it is free. */
export function feeNow(booking) {
  const free = booking.free_cancel_until && serverNow() <= Date.parse(booking.free_cancel_until);
  return free ? 0 : lateFee(booking);
}

/** Returns in words what a late cancellation costs. Where not all was paid with the booking, no more than was paid is kept. */
export function keptText(rule) {
  const kept = keptBp(rule);
  const part = { percent: kept / 100 };
  if ((rule.payment ?? "full") === "full") return kept === BASIS ? t("rule.all_kept") : t("rule.kept", part);
  if (rule.payment === "deposit" && rule.cancel_fee_bp <= rule.deposit_bp) return t("rule.deposit_kept");
  return kept === BASIS ? t("rule.paid_kept") : t("rule.kept_of_paid", part);
}
