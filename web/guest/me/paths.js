// Where the page of an order stands, by the letter that its number begins with.

/** The path of an order's page, whatever was ordered. */
export function orderPath(orderNo) {
  return orderNo.startsWith("B") ? `/bookings/${orderNo}` : `/shop-orders/${orderNo}`;
}
