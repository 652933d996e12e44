// A session: the token until it expires, stored in the browser, and the listeners to its changes.
import { useEffect, useState } from "../vendor/preact.js";

/** The event of the window after a login. */
export const LOGGED_IN = "posthouse.logged-in";

/** Makes a session, stored in `storage` (storage.js) under `name`. `person` is the guest or the member of staff, from the login. */
export function makeSession(storage, name) {
  const listeners = new Set();
  let state = read();
  let expired = false;
  let reason;

  function read() {
    const kept = storage.read(name);
    return kept?.token && kept.person && kept.until > Date.now() ? kept : null;
  }

  function set(next) {
    if (next) storage.write(name, next);
    else storage.remove(name);
    tell(next);
  }

  function tell(next) {
    state = next;
    for (const listener of listeners) listener(next);
  }

  // A login or logout in another window.
  addEventListener("storage", (event) => {
    if (event.key === name) tell(read());
  });

  function expire(code) {
    expired = true;
    reason = code;
    set(null);
  }

  return {
    token() {
      if (state && state.until <= Date.now()) expire();
      return state?.token ?? null;
    },
    person: () => state?.person ?? null,
    begin(token, expiresIn, person) {
      expired = false;
      set({ token, until: Date.now() + expiresIn * 1000, person });
      // The event comes after rendering: then the pages of another person are gone and load nothing.
      setTimeout(() => dispatchEvent(new Event(LOGGED_IN)));
    },
    update: (person) => state && set({ ...state, person }),
    /** Ends an expired session: `wasExpired` returns true until the next login. */
    expire,
    wasExpired: () => expired,
    /** The code of the response that ended an expired session; undefined if its time was over. */
    endedBy: () => reason,
    end() {
      expired = false;
      set(null);
    },
    use() {
      const [value, setValue] = useState(state);
      useEffect(() => {
        listeners.add(setValue);
        setValue(state);
        return () => listeners.delete(setValue);
      }, []);
      return value;
    },
  };
}
