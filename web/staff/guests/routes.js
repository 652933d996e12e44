// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Guest = lazy(() => import("./guest.js"), "Guest");
const Guests = lazy(() => import("./guests.js"), "Guests");

export const ROUTES = [
  ["/guests", Guests],
  ["/guests/:user_id", Guest],
];
