// Which page of this area stands where.
import { Accounts } from "./accounts.js";
import { Audit } from "./audit.js";
import { DeadLetters } from "./dead_letters.js";
import { Differences } from "./differences.js";
import { Guests } from "./guests.js";
import { Payments } from "./payments.js";

export const ROUTES = [
  ["/payments", Payments],
  ["/payments/:order_no", Payments],
  ["/differences", Differences],
  ["/dead-letters", DeadLetters],
  ["/guests", Guests],
  ["/guests/:user_id", Guests],
  ["/accounts", Accounts],
  ["/audit", Audit],
];
