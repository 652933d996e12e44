// The rules of coupons: which ones a guest can use on an order, and the discount. The API decides; the pages show it beforehand.
import "./texts.js";
import { serverNow } from "../../shared/clock.js";
import { localTime, money } from "../../shared/format.js";
import { t } from "../../shared/language.js";

/** The scopes of coupons, by what the guest buys. Coupons of the scope "any" are valid for both. */
export const STAY = "booking";
export const GOODS = "shop";

/** Returns why a coupon cannot be used on an order of `total` fen for `scope` (STAY or GOODS); null if it can. */
export function obstacleOf(coupon, scope, total) {
  if (coupon.scope !== "any" && coupon.scope !== scope) return t(`coupons.only_${coupon.scope}`);
  if (Date.parse(coupon.valid_until) <= serverNow()) return t("status.expired");
  if (total < coupon.minimum_spend) return t("coupons.too_little", { missing: money(coupon.minimum_spend - total) });
  return null;
}

/** Returns the coupons that can be used. */
export function usableOf(coupons, scope, total) {
  return coupons.filter((it) => obstacleOf(it, scope, total) === null);
}

/** Returns the discount of a coupon on `total` fen; 0 without a coupon. */
export function discountOf(coupon, total) {
  return coupon ? Math.min(coupon.amount, total) : 0;
}

/** Returns the coupon with the highest discount, among equals the one that expires first; null if none can be used. */
export function bestCoupon(coupons, scope, total) {
  const better = (a, b) => discountOf(b, total) - discountOf(a, total) || a.valid_until.localeCompare(b.valid_until);
  return usableOf(coupons, scope, total).sort(better)[0] ?? null;
}

/** Returns in words the lowest price of an order for this coupon. */
export function minimumText({ minimum_spend: least }) {
  return least ? t("coupons.minimum", { amount: money(least) }) : t("coupons.no_minimum");
}

/** Returns in words how long a coupon is valid: until its last day, or so many days from the day on which it is claimed. */
export function validText(coupon) {
  return coupon.valid_until ? untilText(coupon) : t("coupons.days", { count: coupon.valid_days });
}

/** Returns in words when the coupon ends: a day and its hour, in China's time. */
export function untilText({ valid_until: until }) {
  return t("coupons.until", { date: localTime(until) });
}

/** Returns in words the moments from which and until which the coupon can be used, in China's time. */
export function fromUntilText({ valid_from: from, valid_until: until }) {
  return t("coupons.from_until", { from: localTime(from), until: localTime(until) });
}
