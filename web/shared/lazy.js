// Pages that are fetched when somebody goes there: the start page waits only for itself. The rest comes while nobody waits.
import { html, useEffect, useState } from "../vendor/preact.js";
import { Failure, Loading } from "./components.js";

const REST_AFTER_MS = 1500;
const later = [];

/** Returns a component for a route. `fetchPage()` imports its module, `name` is the page in it. */
export function lazy(fetchPage, name) {
  later.push(fetchPage);
  let page = null;
  return function Lazy(props) {
    const [, again] = useState(0);
    const [error, setError] = useState(null);
    const load = () => {
      setError(null);
      fetchPage().then(
        (module) => {
          page = module[name];
          again((count) => count + 1);
        },
        (cause) => setError(cause),
      );
    };
    useEffect(() => {
      if (!page) load();
    }, []);
    if (page) return html`<${page} ...${props} />`;
    return html`<main>${error ? html`<${Failure} error=${error} retry=${load} />` : html`<${Loading} />`}</main>`;
  };
}

/** Fetches all pages that were not needed yet, so that they are there when somebody goes to one, also without a network. */
export function fetchTheRest() {
  addEventListener("load", () =>
    setTimeout(() => later.map((fetchPage) => fetchPage().catch(() => {})), REST_AFTER_MS),
  );
}
