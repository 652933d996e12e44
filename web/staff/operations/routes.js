// The routes of this area.
import { forAdmins } from "../parts.js";
import { Accounts } from "./accounts.js";
import { Audit } from "./audit.js";
import { DeadLetters } from "./dead_letters.js";
import { Differences } from "./differences.js";
import { Guests } from "./guests.js";
import { Owed } from "./owed.js";
import { Payments } from "./payments.js";
import { Shipping } from "./shipping.js";

export const ROUTES = [
  ["/payments", Payments],
  ["/payments/:order_no", Payments],
  ["/owed", forAdmins(Owed)],
  ["/differences", forAdmins(Differences)],
  ["/shipping-information", forAdmins(Shipping)],
  ["/dead-letters", forAdmins(DeadLetters)],
  ["/guests", forAdmins(Guests)],
  ["/guests/:user_id", forAdmins(Guests)],
  ["/accounts", forAdmins(Accounts)],
  ["/audit", forAdmins(Audit)],
];
