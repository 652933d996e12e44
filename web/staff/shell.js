// The frame of the console: the menu at the side, the page beside it.
import { Empty, LanguageSwitch, OfflineBar, useModal } from "../shared/components.js";
import { useTitle } from "../shared/hooks.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { lazySheet } from "../shared/lazy.js";
import { html, Link, useEffect, useLocation, useRef, useState } from "../vendor/preact.js";
import { useKeys } from "./keys.js";
import { Search } from "./search.js";
import { isAdmin, logOut, person } from "./session.js";

const KeysSheet = lazySheet(() => import("./keys_sheet.js"), "KeysSheet");
/** Pages with a field of their own that finds bookings. */
const FINDS = new Set(["/", "/bookings"]);

/** Area -> its pages: `[path, icon, text, for admins only]`. */
const AREAS = {
  "area.desk": [
    ["/", "house", "page.today"],
    ["/bookings", "list", "page.bookings"],
    ["/guests", "person", "page.guests"],
    ["/calendar", "calendar", "page.calendar"],
    ["/house", "key", "page.house"],
    ["/night-audit", "clock", "page.night_audit"],
    ["/takings", "till", "page.takings"],
    ["/reports", "chart", "page.reports"],
  ],
  "area.house": [
    ["/hotels", "home", "page.hotels"],
    ["/rooms", "bed", "page.rooms"],
    ["/extras", "cup", "page.extras"],
  ],
  "area.sales": [
    ["/goods", "bag", "page.goods", true],
    ["/shop-orders", "truck", "page.shop_orders", true],
    ["/flash-sales", "flash", "page.flash_sales", true],
    ["/coupons", "coupon", "page.coupons", true],
  ],
  "area.operations": [
    ["/payments", "wallet", "page.payments"],
    ["/invoices", "printer", "page.invoices"],
    ["/owed", "clock", "page.owed", true],
    ["/differences", "chart", "page.differences", true],
    ["/shipping-information", "truck", "page.shipping", true],
    ["/dead-letters", "inbox", "page.dead_letters", true],
    ["/accounts", "people", "page.accounts", true],
    ["/audit", "shield", "page.audit", true],
  ],
};

/** One page: `title` is the heading, `back` is the path of the back button, `actions` are beside the heading. */
export function Page({ title, back, actions, children }) {
  const heading = useRef(null);
  useTitle(`${title} · ${t("console")}`);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  const [showsKeys, setShowsKeys] = useState(false);
  useKeys(() => setShowsKeys(true));
  return html`<a class="skip button" href="#main" onClick=${skip}>${t("skip")}</a>
    <${Side} onKeys=${() => setShowsKeys(true)} />
    ${showsKeys && html`<${KeysSheet} onClose=${() => setShowsKeys(false)} />`}
    <div class="page">
      <${OfflineBar} />
      <main id="main" tabindex="-1">
        <header class="heading">
          ${back && html`<${Link} href=${back} class="icon-button" aria-label=${t("back")}><${Icon} name="back" /><//>`}
          <h1 tabindex="-1" ref=${heading}>${title}</h1>
          <div class="actions">${actions}</div>
        </header>
        ${children}
      </main>
    </div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

const NARROW = matchMedia("(max-width: 860px)");

/** Returns whether the window is too narrow for the menu beside the page. */
function useNarrow() {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const look = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", look);
    return () => NARROW.removeEventListener("change", look);
  }, []);
  return narrow;
}

function Side({ onKeys }) {
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const [location] = useLocation();
  const search = !FINDS.has(location) && html`<${Search} />`;
  if (!narrow) return html`<aside class="side"><${Brand} />${search}<${Areas} /><${Person} onKeys=${onKeys} /></aside>`;
  return html`<header class="top">
    <button type="button" class="icon-button" aria-label=${t("menu")} aria-expanded=${open ? "true" : "false"}
      onClick=${() => setOpen(true)}><${Icon} name="list" /></button>
    <${Brand} />
    ${search && html`<${Link} href="/bookings" state=${{ find: true }} class="icon-button" aria-label=${t("search_bookings")}><${Icon} name="search" /><//>`}
    ${open && html`<${Drawer} onClose=${() => setOpen(false)} />`}
  </header>`;
}

/** The menu over the page, on a narrow window. Escape, Back, a press beside it and the choice of a page close it. */
function Drawer({ onClose }) {
  const dialog = useRef(null);
  const handlers = useModal(dialog, onClose);
  const press = (event) => (event.target === dialog.current || event.target.closest("a")) && onClose();
  return html`<dialog ref=${dialog} class="side drawer" aria-label=${t("menu")} ...${handlers} onClick=${press}>
    <div class="row between"><${Brand} />
      <button type="button" class="icon-button" aria-label=${t("close")} onClick=${onClose}><${Icon} name="close" /></button></div>
    <${Areas} /><${Person} />
  </dialog>`;
}

function Brand() {
  return html`<${Link} href="/" class="brand"><img src="/images/logo.svg" alt="" width="32" height="32" /><span>${t("console")}</span><//>`;
}

function Areas() {
  const [location] = useLocation();
  const here = (path) => (path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`));
  const shown = (pages) => pages.filter(([, , , admins]) => !admins || isAdmin());
  const areas = Object.entries(AREAS).filter(([, pages]) => shown(pages).length > 0);
  return html`<nav aria-label=${t("areas")}>
    ${areas.map(
      ([area, pages]) =>
        html`<h2>${t(area)}</h2><ul>${shown(pages).map(
          ([path, icon, key]) => html`<li><${Link} href=${path} aria-current=${here(path) ? "page" : undefined}>
            <${Icon} name=${icon} size="20" /><span>${t(key)}</span><//></li>`,
        )}</ul>`,
    )}
  </nav>`;
}

/** `onKeys` shows the keys; without it there is no button for that, as on a phone. */
function Person({ onKeys }) {
  const { username, role } = person() ?? {};
  return html`<footer>
    <${Link} href="/me" class="who" aria-label=${`${t("page.me")} ${username}`}><${Icon} name="person" size="20" /><span class="grow">${username}</span>
      <span class="badge">${role && t(`role.${role}`)}</span><//>
    ${onKeys && html`<button type="button" class="button quiet small" onClick=${onKeys}>${t("keys")} <kbd>?</kbd></button>`}
    <div class="row between"><${LanguageSwitch} />
      <button type="button" class="button quiet small" onClick=${logOut}><${Icon} name="leave" size="16" />${t("log_out")}</button></div>
  </footer>`;
}

/** The page for a path that does not exist. */
export function Missing() {
  return html`<${Page} title=${t("missing")}><${Empty} title=${t("missing")}>
    <${Link} href="/" class="button">${t("to_start")}<//><//><//>`;
}
