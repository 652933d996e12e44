// The paths of orders, by the first letter of the order number.

/** Returns the path of an order's page. */
export function orderPath(orderNo) {
  return orderNo.startsWith("B") ? `/bookings/${orderNo}` : `/shop-orders/${orderNo}`;
}
