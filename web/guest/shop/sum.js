// What an order will cost, as the API reckons it: the coupon off the goods, then shipping, then what the balance pays.
import { shippingFor } from "./shelf.js";

/** Why a coupon cannot be used on goods of that worth: a key of a text, or null where it can. */
export function obstacleOf(coupon, total) {
  if (coupon.scope === "booking") return "shop.coupon_for_stays";
  if (total < coupon.minimum_spend) return "shop.coupon_needs_more";
  return null;
}

/** The coupon that takes most off; the one that ends first among equals. */
export function bestCoupon(coupons, total) {
  const usable = coupons.filter((it) => !obstacleOf(it, total));
  const off = (it) => Math.min(it.amount, total);
  return usable.sort((a, b) => off(b) - off(a) || a.valid_until.localeCompare(b.valid_until))[0] ?? null;
}

/**
 * The parts of the sum in fen. `shipping` (and with it `payable`) is null where only the order will tell it; `balance` is what
 * the guest's balance pays of `wanted` fen, `mostBalance` what it could pay.
 */
export function sumOf({ total, rule, coupon, balance, wanted }) {
  const shipping = shippingFor(rule, total);
  const discount = coupon ? Math.min(coupon.amount, total) : 0;
  const due = shipping === null ? null : total + shipping - discount;
  const mostBalance = due === null ? balance : Math.min(balance, due);
  const paid = Math.min(wanted, mostBalance);
  return { total, shipping, discount, balance: paid, mostBalance, payable: due === null ? null : due - paid };
}
