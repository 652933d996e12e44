// The routes of this area.
import { Booking } from "./booking.js";
import { Bookings } from "./bookings.js";
import { Calendar } from "./calendar.js";
import { Today } from "./today.js";

export const ROUTES = [
  ["/", Today],
  ["/bookings", Bookings],
  ["/bookings/:order_no", Booking],
  ["/calendar", Calendar],
];
