// What an order will cost, as the API reckons it: the coupon off the goods, then shipping, then what the balance pays.
import { discountOf } from "../coupons/rules.js";

/** Returns the fee for sending goods of that worth, in fen; null where only the order will tell it. */
export function shippingFor(shipping, total) {
  if (!shipping) return null;
  return total >= shipping.free_from ? 0 : shipping.fee;
}

/**
 * The parts of the sum in fen. `shipping` (and with it `payable`) is null where only the order will tell it; `balance` is what
 * the guest's balance pays of `wanted` fen, `mostBalance` what it could pay.
 */
export function sumOf({ total, rule, coupon, balance, wanted }) {
  const shipping = shippingFor(rule, total);
  const discount = discountOf(coupon, total);
  const due = shipping === null ? null : total + shipping - discount;
  const mostBalance = due === null ? balance : Math.min(balance, due);
  const paid = Math.min(wanted, mostBalance);
  return { total, shipping, discount, balance: paid, mostBalance, payable: due === null ? null : due - paid };
}
