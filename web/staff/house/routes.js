// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Board = lazy(() => import("./board.js"), "Board");
const Extras = lazy(() => import("./extras.js"), "Extras");
const Hotels = lazy(() => import("./hotels.js"), "Hotels");
const NightAudit = lazy(() => import("./night_audit.js"), "NightAudit");
const Plans = lazy(() => import("./plans.js"), "Plans");
const Rooms = lazy(() => import("./rooms.js"), "Rooms");

export const ROUTES = [
  ["/hotels", Hotels],
  ["/house", Board],
  ["/night-audit", NightAudit],
  ["/rooms", Rooms],
  ["/rooms/:hotel_id", Rooms],
  ["/rooms/:hotel_id/plans/:room_id", Plans],
  ["/extras", Extras],
  ["/extras/:hotel_id", Extras],
];
