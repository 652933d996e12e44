// Which page of this area stands where.
import { Hotels } from "./hotels.js";
import { Rooms } from "./rooms.js";

export const ROUTES = [
  ["/hotels", Hotels],
  ["/rooms", Rooms],
  ["/rooms/:hotel_id", Rooms],
];
