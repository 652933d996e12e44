// The routes of this area.
import { Booking } from "./booking.js";
import { Hotel } from "./hotel.js";
import { Hotels } from "./hotels.js";
import { Room } from "./room.js";

export const ROUTES = [
  ["/", Hotels],
  ["/hotels/:hotel_id/:check_in?/:check_out?", Hotel],
  ["/rooms/:room_id/booking", Booking],
  ["/rooms/:room_id/:check_in?/:check_out?", Room],
];
