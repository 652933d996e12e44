// What the pages keep in the browser, by name. Its storage may be blocked or full: then a value lives as long as the page. What is
// found there may be of an older version or of anybody's making: what is no JSON is not there.

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
    /** The value that was written, or null. */
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

/** Kept on the device. */
export const device = makeStore(() => localStorage);

/** Kept until the window is closed. */
export const tab = makeStore(() => sessionStorage);
