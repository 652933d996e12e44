// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Invoices = lazy(() => import("./invoices.js"), "Invoices");

export const ROUTES = [["/invoices", Invoices]];
