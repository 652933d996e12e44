// The member of staff who is logged in (until the tab is closed), and the API as they may use it.
import { makeApi, Problem } from "../shared/api.js";
import { makeSession } from "../shared/session.js";
import { tab } from "../shared/storage.js";

export const session = makeSession(tab, "posthouse.staff");

const wire = makeApi({ token: session.token, expired: session.expire });

/** Nothing is read while nobody is logged in: pages that look again and again wait behind the login. */
export const api = {
  ...wire,
  get: async (path, query) => {
    if (!session.token()) throw new Problem(401, { code: "token_expired" });
    return wire.get(path, query);
  },
};

let known = null;

/** Who is logged in, or whose session has ended by itself: their page waits for them behind the login. */
export function person() {
  known = session.person() ?? (session.wasExpired() ? known : null);
  return known;
}

/** Whether the one who is logged in is the group's admin; staff see their own hotels only. */
export function isAdmin() {
  return person()?.role === "admin";
}
