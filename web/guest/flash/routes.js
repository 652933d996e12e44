// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Flash = lazy(() => import("./flash.js"), "Flash");
const Sale = lazy(() => import("./sale.js"), "Sale");

export const ROUTES = [
  ["/flash", Flash],
  ["/flash/:sale_id", Sale],
];
