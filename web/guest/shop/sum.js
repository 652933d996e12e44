// The price of an order, calculated as the API does: the goods less the coupon, plus shipping, less the balance.
import { discountOf } from "../coupons/rules.js";

/** Returns the shipping fee for goods of `total` fen, in fen; null if it is known only after the order. */
export function shippingFor(shipping, total) {
  if (!shipping) return null;
  return total >= shipping.free_from ? 0 : shipping.fee;
}

/**
 * Returns the parts of the price in fen. `shipping` and `payable` are null if they are known only after the order. `balance` is what
 * the guest's balance pays of the `wanted` fen; `mostBalance` is what it can pay at most.
 */
export function sumOf({ total, rule, coupon, balance, wanted }) {
  const shipping = shippingFor(rule, total);
  const discount = discountOf(coupon, total);
  const due = shipping === null ? null : total + shipping - discount;
  const mostBalance = due === null ? balance : Math.min(balance, due);
  const paid = Math.min(wanted, mostBalance);
  return { total, shipping, discount, balance: paid, mostBalance, payable: due === null ? null : due - paid };
}
