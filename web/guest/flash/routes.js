// The routes of this area.
import { Flash } from "./flash.js";
import { Sale } from "./sale.js";

export const ROUTES = [
  ["/flash", Flash],
  ["/flash/:sale_id", Sale],
];
