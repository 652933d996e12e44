// Single keys of the console, for where nothing is typed and no sheet is open. Whom they disturb can switch them off (WCAG 2.1.4).
import { hasLayers } from "../shared/layers.js";
import { device } from "../shared/storage.js";
import { useEffect, useLocation } from "../vendor/preact.js";

const STORED = "posthouse.staff.keys";

/** Key -> the page that it opens. */
export const PAGES = { n: "/bookings/new", t: "/", b: "/bookings", c: "/calendar" };
/** Keys of what a page has itself: they press what says so by `aria-keyshortcuts`. */
export const HERE = ["i", "o", "m", "r", "f", "p"];
export const FIND = "/";
export const HELP = "?";

export function areKeysOn() {
  return device.get(STORED) !== "off";
}

export function switchKeys(on) {
  device.set(STORED, on ? "on" : "off");
}

const TYPED_IN = "input, textarea, select, [contenteditable]";

/** Listens to the keys while a page is shown. `showHelp` opens the sheet that lists them. */
export function useKeys(showHelp) {
  const [, navigate] = useLocation();
  useEffect(() => {
    const press = (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (hasLayers() || event.target.closest?.(TYPED_IN)) return;
      const act = actOf(event.key, navigate, showHelp);
      if (!act || !(areKeysOn() || event.key === HELP)) return;
      // The letter is not typed into the field that gets the focus.
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function actOf(key, navigate, showHelp) {
  if (key === HELP) return showHelp;
  if (key === FIND) return () => find(navigate);
  if (HERE.includes(key)) return pressOf(document.querySelector(`#main [aria-keyshortcuts="${key}"]`));
  const page = Object.hasOwn(PAGES, key) ? PAGES[key] : null;
  return page && (() => navigate(page));
}

/** Returns what presses a button or a link; null without one. */
function pressOf(control) {
  return control && (() => control.click());
}

/** Puts the focus into the page's field for finding; where it has none, the list of bookings has one. */
function find(navigate) {
  const field = document.querySelector("[role=search] input");
  if (field) field.focus();
  else navigate("/bookings", { state: { find: true } });
}
