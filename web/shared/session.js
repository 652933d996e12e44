// Who is logged in: the token until it expires, kept in the browser's storage, and everyone who wants to know of a change.
import { useEffect, useState } from "../vendor/preact.js";

/** What the window hears when somebody has logged in. */
export const LOGGED_IN = "posthouse.logged-in";

/** A session kept in `storage` (storage.js) under `name`. `person` is what the login told of the guest or the member of staff. */
export function makeSession(storage, name) {
  const listeners = new Set();
  let state = read();
  let expired = false;

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

  // Another window has logged in or out.
  addEventListener("storage", (event) => {
    if (event.key === name) tell(read());
  });

  function expire() {
    expired = true;
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
      // Told when the pages are drawn: those of somebody else are gone by then, and ask for nothing.
      setTimeout(() => dispatchEvent(new Event(LOGGED_IN)));
    },
    update: (person) => state && set({ ...state, person }),
    /** It ended by itself: `wasExpired` tells so until the next login. */
    expire,
    wasExpired: () => expired,
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
