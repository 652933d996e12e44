// The member of staff who is logged in (until the tab is closed), and the API as they may use it.
import { makeApi } from "../shared/api.js";
import { makeSession } from "../shared/session.js";
import { tab } from "../shared/storage.js";

export const session = makeSession(tab, "posthouse.staff");

export const api = makeApi({ token: session.token, expired: session.end });

/** Whether the one who is logged in is the group's admin; staff see their own hotels only. */
export function isAdmin() {
  return session.person()?.role === "admin";
}
