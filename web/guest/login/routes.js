// The routes of this area.
import { Login } from "./login.js";

export const ROUTES = [["/login", Login]];
