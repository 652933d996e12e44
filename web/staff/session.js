// The session of the member of staff, stored until the tab is closed, and the API client that uses it.
import { makeApi, Problem } from "../shared/api.js";
import { makeSession } from "../shared/session.js";
import { tab } from "../shared/storage.js";

export const session = makeSession(tab, "posthouse.staff");

const wire = makeApi({ token: session.token, expired: session.expire });

/** Reads nothing without a login: pages that poll wait behind the login. */
export const api = {
  ...wire,
  get: async (path, query) => {
    if (!session.token()) throw new Problem(401, { code: "token_expired" });
    return wire.get(path, query);
  },
};

const OF_STAFF = /^posthouse\.(desk|key)\./;

/** Ends the session, and deletes what staff have typed in this tab: a guest's phone number, a request that had no response. */
export function logOut() {
  session.end();
  for (const name of tab.names()) if (OF_STAFF.test(name)) tab.remove(name);
}

let known = null;

/** Returns who is logged in. After a session has expired it returns the same person: their page waits behind the login. */
export function person() {
  known = session.person() ?? (session.wasExpired() ? known : null);
  return known;
}

/** Whether the member of staff is an admin. Others see only their own hotels. */
export function isAdmin() {
  return person()?.role === "admin";
}
