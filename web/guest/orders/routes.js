// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const BookingOrder = lazy(() => import("./booking.js"), "BookingOrder");
const Orders = lazy(() => import("./orders.js"), "Orders");

export const ROUTES = [
  ["/orders", Orders],
  ["/bookings/:order_no", BookingOrder],
];
