// The frame of the guest app: a bar with the title and the back button, the page, and the tabs: at the bottom, or above on a wide window.

import { Empty, FaultLine, LanguageSwitch, OfflineBar } from "../shared/components.js";
import { useTitle } from "../shared/hooks.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, Link, useEffect, useLocation, useRef, useState } from "../vendor/preact.js";
import { Unpaid } from "./orders/unpaid.js";

const TABS = [
  ["/", "bed", "tab.stay"],
  ["/shop", "bag", "tab.shop"],
  ["/flash", "flash", "tab.flash"],
  ["/orders", "list", "tab.orders"],
  ["/me", "person", "tab.me"],
];

/** The pages that greet a guest who has an unpaid order. */
const GREETS = /^\/(|orders|me|(hotels|rooms)\/[^/]+(\/[\d-]+){0,3}|shop|shop\/[^/]+)$/;

const WIDE = matchMedia("(min-width: 900px)");

/** Returns whether the window is wide enough for the layout of a desk: the menu above, two columns. */
function useWide() {
  const [wide, setWide] = useState(WIDE.matches);
  useEffect(() => {
    const look = () => setWide(WIDE.matches);
    WIDE.addEventListener("change", look);
    return () => WIDE.removeEventListener("change", look);
  }, []);
  return wide;
}

/** The part of a page that is beside the rest on a wide window, with the page's foot below it; on a narrow one it comes last. */
export function Side({ children }) {
  return children;
}

/**
 * One page.
 * `title` is the heading. `back` is the path of the back button; a page without it shows the tabs. `foot` is a bar at the bottom that
 * stays in sight, for the next step; `error` is that of the step, and is shown in the bar. With `plain` the page shows its own heading.
 * `action` is one more button in the bar. A `Side` among the children is the second column.
 */
export function Page({ title, back, foot, error, action, plain = false, children }) {
  const heading = useRef(null);
  const [location] = useLocation();
  const wide = useWide();
  useTitle(`${title} · ${t("posthouse")}`);
  // Screen readers and the keyboard start at the heading.
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  const parts = [children].flat();
  const side = parts.filter((it) => it?.type === Side);
  const bar =
    foot && html`<div class="foot"><${FaultLine} error=${error} /><div class="foot-inside">${foot}</div></div>`;
  // The columns are there at any width, so that what was typed stays when a window is made wider.
  return html`<${OfflineBar} />
    <a class="skip button" href="#main" onClick=${skip}>${t("skip")}</a>
    ${wide && html`<${Site} />`}
    <header class="bar">
      ${back ? html`<${Link} href=${back} class="icon-button" aria-label=${t("back")}><${Icon} name="back" /><//>` : html`<span class="mark"><img src="/images/logo.svg" alt="" width="28" height="28" /></span>`}
      <h1 tabindex="-1" ref=${heading} class=${plain ? "unseen" : ""}>${title}</h1>
      ${plain && html`<span class="grow"></span>`}
      ${action}
      ${!wide && html`<${LanguageSwitch} />`}
    </header>
    <main id="main" tabindex="-1" class=${[foot && "with-foot", side.length > 0 && "split", plain && "plain"].filter(Boolean).join(" ")}>
      ${GREETS.test(location) && html`<${Unpaid} />`}
      <div class="column">${parts.filter((it) => it?.type !== Side)}</div>
      ${side.length > 0 && html`<div class="column side">${side}${wide && bar}</div>`}
    </main>
    ${!(wide && side.length > 0) && bar}
    ${!back && !wide && html`<${Tabs} />`}`;
}

/** The head of each page on a wide window: the way to all parts of the app. */
function Site() {
  return html`<div class="site"><div class="site-inside">
    <${Link} href="/" class="brand"><img src="/images/logo.svg" alt="" width="32" height="32" /><span>${t("posthouse")}</span><//>
    <${Tabs} above />
    <${LanguageSwitch} />
  </div></div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

/** The pages that belong to a tab: beginnings of their paths. */
const BELOW = {
  "/": ["/hotels/", "/rooms/"],
  "/shop": ["/shop/", "/cart", "/checkout"],
  "/flash": ["/flash/"],
  "/orders": ["/bookings/", "/shop-orders/"],
  "/me": ["/me/", "/login"],
};

function Tabs({ above = false }) {
  const [location] = useLocation();
  const isHere = (href) => location === href || (above && BELOW[href].some((it) => location.startsWith(it)));
  return html`<nav class=${above ? "ways" : "tabs"} aria-label=${t("tabs")}>
    ${TABS.map(
      ([href, icon, key]) => html`<${Link} href=${href} aria-current=${isHere(href) ? "page" : undefined}>
        <${Icon} name=${icon} size=${above ? 18 : 24} /><span>${t(key)}</span>
      <//>`,
    )}
  </nav>`;
}

/** The page for a path that does not exist. */
export function Missing() {
  return html`<${Page} title=${t("missing")} back="/"><${Empty} title=${t("missing")}>
    <${Link} href="/" class="button">${t("to_start")}<//><//><//>`;
}
