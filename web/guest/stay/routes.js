// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";
import { Hotels } from "./hotels.js";

const Booking = lazy(() => import("./booking.js"), "Booking");
const Hotel = lazy(() => import("./hotel.js"), "Hotel");
const Room = lazy(() => import("./room.js"), "Room");

export const ROUTES = [
  ["/", Hotels],
  ["/hotels/:hotel_id/:check_in?/:check_out?/:party?", Hotel],
  ["/rooms/:room_id/booking/:rate_plan_id?", Booking],
  ["/rooms/:room_id/:check_in?/:check_out?/:party?", Room],
];
