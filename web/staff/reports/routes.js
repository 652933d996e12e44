// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Daily = lazy(() => import("./daily.js"), "Daily");
const PickUp = lazy(() => import("./pick_up.js"), "PickUp");

export const ROUTES = [
  ["/reports", Daily],
  ["/reports/pick-up", PickUp],
];
