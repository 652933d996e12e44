// The routes of this area.
import { BookingOrder } from "./booking.js";
import { Orders } from "./orders.js";

export const ROUTES = [
  ["/orders", Orders],
  ["/bookings/:order_no", BookingOrder],
];
