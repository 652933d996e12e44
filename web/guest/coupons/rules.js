// Which coupons a guest can use on an order, and what they take off. The API decides; this shows its decision before the order.
import "./texts.js";
import { serverNow } from "../../shared/clock.js";
import { day, money } from "../../shared/format.js";
import { t } from "../../shared/language.js";

/** What a guest buys: the scope of the coupons for it. Coupons of the scope "any" fit both. */
export const STAY = "booking";
export const GOODS = "shop";

/** Returns why a coupon cannot be used on an order of `total` fen for `scope` (STAY or GOODS); null where it can. */
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

/** Returns what a coupon takes off `total` fen; 0 without a coupon. */
export function discountOf(coupon, total) {
  return coupon ? Math.min(coupon.amount, total) : 0;
}

/** Returns the coupon that takes off most, and among equals the one that expires first; null if none can be used. */
export function bestCoupon(coupons, scope, total) {
  const better = (a, b) => discountOf(b, total) - discountOf(a, total) || a.valid_until.localeCompare(b.valid_until);
  return usableOf(coupons, scope, total).sort(better)[0] ?? null;
}

/** Returns the least amount of an order with this coupon, in words. */
export function minimumText({ minimum_spend: least }) {
  return least ? t("coupons.minimum", { amount: money(least) }) : t("coupons.no_minimum");
}

/** Returns in words the last day on which the coupon can be used, on the reader's calendar. */
export function untilText({ valid_until: until }) {
  const end = new Date(until);
  const local = new Date(end.getTime() - end.getTimezoneOffset() * 60_000);
  return t("coupons.until", { date: day(local.toISOString().slice(0, 10)) });
}
