// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Ledger = lazy(() => import("./account.js"), "Ledger");
const Coupons = lazy(() => import("./coupons.js"), "Coupons");
const Data = lazy(() => import("./data.js"), "Data");
const Me = lazy(() => import("./me.js"), "Me");
const Notices = lazy(() => import("./notices.js"), "Notices");

export const ROUTES = [
  ["/me", Me],
  ["/me/account/:account", Ledger],
  ["/me/coupons", Coupons],
  ["/me/notices", Notices],
  ["/me/data", Data],
];
