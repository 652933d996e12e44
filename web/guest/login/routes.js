// The routes of this area. A page is fetched when somebody goes there.
import { lazy } from "../../shared/lazy.js";

const Login = lazy(() => import("./login.js"), "Login");

export const ROUTES = [["/login", Login]];
