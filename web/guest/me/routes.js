// The routes of this area.
import { Ledger } from "./account.js";
import { Coupons } from "./coupons.js";
import { Data } from "./data.js";
import { Me } from "./me.js";
import { Notices } from "./notices.js";

export const ROUTES = [
  ["/me", Me],
  ["/me/account/:account", Ledger],
  ["/me/coupons", Coupons],
  ["/me/notices", Notices],
  ["/me/data", Data],
];
