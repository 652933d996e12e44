// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";
import { forAdmins } from "../parts.js";

const Accounts = lazy(() => import("./accounts.js"), "Accounts");
const Audit = lazy(() => import("./audit.js"), "Audit");
const DeadLetters = lazy(() => import("./dead_letters.js"), "DeadLetters");
const Differences = lazy(() => import("./differences.js"), "Differences");
const Owed = lazy(() => import("./owed.js"), "Owed");
const Payments = lazy(() => import("./payments.js"), "Payments");
const Shipping = lazy(() => import("./shipping.js"), "Shipping");

export const ROUTES = [
  ["/payments", Payments],
  ["/payments/:order_no", Payments],
  ["/owed", forAdmins(Owed)],
  ["/differences", forAdmins(Differences)],
  ["/shipping-information", forAdmins(Shipping)],
  ["/dead-letters", forAdmins(DeadLetters)],
  ["/accounts", forAdmins(Accounts)],
  ["/audit", forAdmins(Audit)],
];
