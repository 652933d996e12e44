// Values that the pages store in the browser, by name. If the storage is blocked or full, a value lives as long as the page. Stored
// values may come from an older version or from anybody: a value that is not JSON counts as missing.

function makeStore(find) {
  const memory = new Map();
  const attempt = (act) => {
    try {
      return act(find());
    } catch {
      return undefined;
    }
  };

  function get(name) {
    return memory.get(name) ?? attempt((storage) => storage.getItem(name)) ?? null;
  }

  function set(name, text) {
    memory.delete(name);
    const kept = attempt((storage) => {
      storage.setItem(name, text);
      return true;
    });
    if (!kept) memory.set(name, text);
  }

  function remove(name) {
    memory.delete(name);
    attempt((storage) => storage.removeItem(name));
  }

  return {
    get,
    set,
    remove,
    /** Returns the value that was written, or null. */
    read(name) {
      try {
        return JSON.parse(get(name));
      } catch {
        return null;
      }
    },
    write: (name, value) => set(name, JSON.stringify(value)),
    names: () => [...memory.keys(), ...(attempt((storage) => Object.keys(storage)) ?? [])],
  };
}

/** Stored on the device. */
export const device = makeStore(() => localStorage);

/** Stored until the tab is closed. */
export const tab = makeStore(() => sessionStorage);
