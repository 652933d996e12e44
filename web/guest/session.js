// The guest who is logged in, and the API as they may use it.
import { makeApi } from "../shared/api.js";
import { makeSession } from "../shared/session.js";

export const session = makeSession(localStorage, "posthouse.guest");

export const api = makeApi({ token: session.token, expired: session.expire });
