// Pages that are fetched when somebody goes there: the start page waits only for itself. The rest comes while nobody waits.
import { html, useEffect, useState } from "../vendor/preact.js";
import { Unreachable } from "./api.js";
import { Failure, Loading } from "./components.js";

const REST_AFTER_MS = 1500;
const later = [];
let tellStarted;
/** Resolves when the start page is there. */
const started = new Promise((done) => {
  tellStarted = done;
});

/** Returns a component for a route. `fetchPage()` imports its module, `name` is the page in it. */
export function lazy(fetchPage, name) {
  later.push(fetchPage);
  let page = null;
  return function Lazy(props) {
    const [, again] = useState(0);
    const [error, setError] = useState(null);
    useEffect(() => {
      if (page) return;
      fetchPage().then(
        (module) => {
          page = module[name];
          again((count) => count + 1);
        },
        // A browser does not fetch a module again that it could not get: only a reload does.
        (cause) => setError(new Unreachable(cause)),
      );
    }, []);
    useEffect(() => {
      if (!error) return undefined;
      const reload = () => location.reload();
      addEventListener("online", reload);
      return () => removeEventListener("online", reload);
    }, [error]);
    if (page) return html`<${page} ...${props} />`;
    return html`<main>${error ? html`<${Failure} error=${error} retry=${() => location.reload()} />` : html`<${Loading} />`}</main>`;
  };
}

/** Returns a component that shows nothing before the start page is there: for what is not needed at first. */
export function lazyLater(fetchPart, name) {
  return lazyPart(async () => {
    await started;
    return fetchPart();
  }, name);
}

/** Returns a component that is fetched with the pages, or when it is shown before: for sheets. */
export function lazySheet(fetchPart, name) {
  later.push(fetchPart);
  return lazyPart(fetchPart, name);
}

function lazyPart(fetchPart, name) {
  let part = null;
  return function LazyPart(props) {
    const [, again] = useState(false);
    useEffect(() => {
      const fetchIt = async () => {
        part ??= (await fetchPart())[name];
        again(true);
      };
      fetchIt().catch(() => {});
    }, []);
    return part && html`<${part} ...${props} />`;
  };
}

/** Fetches all pages that were not needed yet, so that they are there when somebody goes to one, also without a network. */
export function fetchTheRest() {
  const begin = () => {
    tellStarted();
    for (const fetchPage of later) fetchPage().catch(() => {});
  };
  addEventListener("load", () => setTimeout(begin, REST_AFTER_MS));
}
