// Which page of this area stands where.
import { Login } from "./login.js";

export const ROUTES = [["/login", Login]];
