// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Booking = lazy(() => import("./booking.js"), "Booking");
const Bookings = lazy(() => import("./bookings.js"), "Bookings");
const Calendar = lazy(() => import("./calendar.js"), "Calendar");
const NewBooking = lazy(() => import("./new.js"), "NewBooking");
const PrintCard = lazy(() => import("./print.js"), "PrintCard");
const PrintFolio = lazy(() => import("./print.js"), "PrintFolio");
const Takings = lazy(() => import("./takings.js"), "Takings");
const Today = lazy(() => import("./today.js"), "Today");

export const ROUTES = [
  ["/", Today],
  ["/bookings", Bookings],
  ["/bookings/new", NewBooking],
  ["/bookings/:order_no", Booking],
  ["/bookings/:order_no/card", PrintCard],
  ["/bookings/:order_no/folio", PrintFolio],
  ["/calendar", Calendar],
  ["/takings", Takings],
];
