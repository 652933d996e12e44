// The routes of this area.
import { Hotels } from "./hotels.js";
import { Rooms } from "./rooms.js";

export const ROUTES = [
  ["/hotels", Hotels],
  ["/rooms", Rooms],
  ["/rooms/:hotel_id", Rooms],
];
