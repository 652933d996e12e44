// Which page of this area stands where.
import { Ledger } from "./account.js";
import { Coupons } from "./coupons.js";
import { Data } from "./data.js";
import { Me } from "./me.js";
import { Messages } from "./messages.js";

export const ROUTES = [
  ["/me", Me],
  ["/me/account/:account", Ledger],
  ["/me/coupons", Coupons],
  ["/me/messages", Messages],
  ["/me/data", Data],
];
