// The frame of the guest app: a bar with the title and the back button, the page, and the tabs at the bottom.

import { Empty, FaultLine, LanguageSwitch, OfflineBar } from "../shared/components.js";
import { useTitle } from "../shared/hooks.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, Link, useEffect, useLocation, useRef } from "../vendor/preact.js";
import { Unpaid } from "./orders/unpaid.js";

const TABS = [
  ["/", "bed", "tab.stay"],
  ["/shop", "bag", "tab.shop"],
  ["/flash", "flash", "tab.flash"],
  ["/orders", "list", "tab.orders"],
  ["/me", "person", "tab.me"],
];

/** The pages that greet a guest who has an unpaid order. */
const GREETS = /^\/(|orders|me|hotels\/[^/]+|rooms\/[^/]+|shop|shop\/[^/]+)$/;

/**
 * One page.
 * `title` is the heading. `back` is the path of the back button; a page without it shows the tabs. `foot` is a bar at the bottom that
 * stays in sight, for the next step; `error` is that of the step, and is shown in the bar. With `plain` the page shows its own heading. `action` is one more button in the bar.
 */
export function Page({ title, back, foot, error, action, plain = false, children }) {
  const heading = useRef(null);
  const [location] = useLocation();
  useTitle(`${title} · ${t("posthouse")}`);
  // Screen readers and the keyboard start at the heading.
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return html`<${OfflineBar} />
    <a class="skip button" href="#main" onClick=${skip}>${t("skip")}</a>
    <header class="bar">
      ${back ? html`<${Link} href=${back} class="icon-button" aria-label=${t("back")}><${Icon} name="back" /><//>` : html`<span class="mark"><img src="/images/logo.svg" alt="" width="28" height="28" /></span>`}
      <h1 tabindex="-1" ref=${heading} class=${plain ? "unseen" : ""}>${title}</h1>
      ${plain && html`<span class="grow"></span>`}
      ${action}
      <${LanguageSwitch} />
    </header>
    <main id="main" tabindex="-1" class=${foot ? "with-foot" : ""}>${GREETS.test(location) && html`<${Unpaid} />`}${children}</main>
    ${foot && html`<div class="foot"><${FaultLine} error=${error} /><div class="foot-inside">${foot}</div></div>`}
    ${!back && html`<${Tabs} />`}`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function Tabs() {
  const [location] = useLocation();
  return html`<nav class="tabs" aria-label=${t("tabs")}>
    ${TABS.map(
      ([href, icon, key]) => html`<${Link} href=${href} aria-current=${location === href ? "page" : undefined}>
        <${Icon} name=${icon} size="24" /><span>${t(key)}</span>
      <//>`,
    )}
  </nav>`;
}

/** The page for a path that does not exist. */
export function Missing() {
  return html`<${Page} title=${t("missing")} back="/"><${Empty} title=${t("missing")}>
    <${Link} href="/" class="button">${t("to_start")}<//><//><//>`;
}
