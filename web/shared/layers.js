// Layers over the page: sheets, dialogs, drawers. Each is an entry of the history, so that Back closes the top one and stays on the
// page. An entry holds only how many layers were open (`history.state.layers`); which ones, the pages know.
import { useLayoutEffect, useRef } from "../vendor/preact.js";

const LONGEST_TRAVEL_MS = 1000;
/** The layers that are open, the lowest first. */
const open = [];
/** Ends the wait for a traversal that was begun here; null if there is none. */
let arrive = null;
let travel = Promise.resolve();
/** What waits until the page's own entry is the current one. */
const waiting = [];

function depth() {
  return history.state?.layers ?? 0;
}

/** Goes through the history. Resolves when the browser has arrived. */
function go(steps) {
  travel = new Promise((done) => {
    // Without an entry to go to, a browser tells nothing.
    const timer = setTimeout(() => arrive?.(), LONGEST_TRAVEL_MS);
    arrive = () => {
      arrive = null;
      clearTimeout(timer);
      done();
    };
    history.go(steps);
  });
  return travel;
}

/** Adds or removes entries until there is one for each layer. It waits for a traversal in progress. */
async function settle() {
  await travel;
  const [is, wanted] = [depth(), open.length];
  for (let next = is + 1; next <= wanted; next += 1) history.pushState({ ...history.state, layers: next }, "");
  // An entry without its layer is left behind by a reload, by Forward, or by a link in a layer: nobody should see it.
  if (is > wanted && !arrive) await go(wanted - is);
  if (!arrive && open.length === 0 && depth() === 0) for (const act of waiting.splice(0)) act();
}

/** Acts as soon as no layer is open and the current entry of the history is the page's own. */
export function atThePagesEntry(act) {
  waiting.push(act);
  queueMicrotask(settle);
}

addEventListener("popstate", () => {
  if (arrive) {
    arrive();
    return;
  }
  for (const layer of open.slice(depth()).reverse()) layer.dismiss();
  // A layer may refuse, if something was typed in it. That shows when the pages have rendered.
  setTimeout(settle);
});

if (document.readyState === "complete") setTimeout(settle);
else addEventListener("load", () => setTimeout(settle));

/** Makes the caller a layer while it is mounted. Back calls `dismiss`, which closes the layer or asks first. */
export function useLayer(dismiss) {
  const latest = useRef(dismiss);
  latest.current = dismiss;
  useLayoutEffect(() => {
    const layer = { dismiss: () => latest.current() };
    open.push(layer);
    queueMicrotask(settle);
    return () => {
      open.splice(open.indexOf(layer), 1);
      queueMicrotask(settle);
    };
  }, []);
}

/** Whether a sheet, dialog or drawer is open. */
export function hasLayers() {
  return open.length > 0;
}

/** The router's `aroundNav`: the next page takes the place of the layer's entry, so that Back leads to the page below it. */
export async function navigateFromLayers(navigate, to, options) {
  // A link that is pressed twice adds one entry.
  if (location.hash === `#${to}` && !options?.state) return;
  if (arrive) await travel;
  if (depth() > 0 && options?.replace) await go(-depth());
  navigate(to, depth() > 0 ? { ...options, replace: true } : options);
  setTimeout(settle);
}

/** Returns a value that came with the navigation (`state: {name: value}`), once: a reload does not find it again. */
export function takeState(name) {
  const { [name]: value, ...rest } = history.state ?? {};
  if (value !== undefined) history.replaceState(rest, "");
  return value;
}
