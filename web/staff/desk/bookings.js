// All bookings, found by what a guest says, or filtered by hotel, status and dates.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, FaultLine, Field, Loaded, Price, Segments, Status } from "../../shared/components.js";
import { localTime, moment, money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { takeState } from "../../shared/layers.js";
import { html, Link, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { CsvButton } from "../csv_button.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { keepList, keptList, noFilters, SHORTEST_QUERY, STATES } from "./filters.js";
import { useHotel } from "./hotels.js";
import { NewButton } from "./new_button.js";
import { roomOf, stayOf } from "./stay_text.js";

const PAGE = 50;
const MOST_EMPTY_PAGES = 5;

/** Reads as many pages of the list as were open. Returns `{items, cursor}`. */
async function readPages(filters, pages) {
  if (filters.unpaid) return readUnpaid(filters);
  const items = [];
  let cursor;
  for (let read = 0; read < pages; read += 1) {
    const page = await readOn(filters, cursor);
    items.push(...page.items);
    cursor = page.cursor;
    if (!cursor) break;
  }
  return { items, cursor };
}

/** The states in which the desk asks for what is owed: others have ended, or end by themselves. */
const OPEN = new Set(["reserved", "paid", "checked_in"]);
/** The states in which something may be owed that nobody has asked for yet. */
const MAY_OWE = ["pending_payment", "reserved", "checked_in"];

/** Returns all that owe something, the first arrival first: those that are ahead or in the house, so they are not many. */
async function readUnpaid({ unpaid: _, status, ...filters }) {
  const states = status ? MAY_OWE.filter((it) => it === status) : MAY_OWE;
  const lists = await Promise.all(
    states.map((it) => everything(api, "/api/staff/bookings", { ...filters, status: it })),
  );
  const items = lists.flat().filter((it) => it.balance > 0);
  return { items: items.sort((one, other) => one.check_in.localeCompare(other.check_in)), cursor: undefined };
}

/** Returns the next page that has items: a page of the API may be empty and still have a cursor. */
async function readOn(filters, from) {
  let cursor = from;
  for (let read = 0; read < MOST_EMPTY_PAGES; read += 1) {
    const page = await api.get("/api/staff/bookings", { ...filters, limit: PAGE, cursor });
    if (page.items.length > 0 || !page.next_cursor) return { items: page.items, cursor: page.next_cursor };
    cursor = page.next_cursor;
  }
  return { items: [], cursor };
}

export function Bookings() {
  const place = useHotel();
  const [filters, setFilters] = useState(() => keptList().filters);
  const from = useLoad(() => readPages(filters, keptList().pages), [JSON.stringify(filters)]);
  const asked = useRef(filters);
  asked.current = filters;
  const more = useAction(async () => {
    const page = await readOn(filters, from.data.cursor);
    // The filters have changed meanwhile: drop this page.
    if (asked.current !== filters) return;
    from.setData({ items: [...from.data.items, ...page.items], cursor: page.cursor });
    keepList({ pages: keptList().pages + 1 });
  });
  const narrow = (next) => {
    keepList({ filters: next, pages: 1, scroll: 0 });
    setFilters(next);
  };
  const several = place.hotels.length > 1;
  return html`<${Page} title=${t("page.bookings")} actions=${html`<${NewButton} />`}>
    <${Filters} filters=${filters} place=${place} onChange=${narrow} />
    <${Loaded} from=${from} rows=${5}>
      ${(data) =>
        data.items.length === 0 && !data.cursor
          ? html`<${Nothing} filters=${filters} onChange=${narrow} />`
          : html`<${List} items=${data.items} several=${several} />
            <${FaultLine} error=${more.error} />
            ${data.cursor && html`<${Button} kind="plain" wide busy=${more.busy} onClick=${more.run}>${t("show_more")}<//>`}
            ${!filters.unpaid && html`<${CsvButton} path="/api/staff/bookings" query=${{ ...filters, unpaid: undefined }} />`}`}
    <//>
  <//>`;
}

function Filters({ filters, place, onChange }) {
  const change = (name) => (value) => onChange({ ...filters, [name]: value });
  const narrowed = Object.values(filters).some(Boolean);
  const views = { in_house: { status: "checked_in", unpaid: "" }, unpaid: { status: "", unpaid: "yes" } };
  const view = (filters.unpaid && "unpaid") || (filters.status === "checked_in" && "in_house") || "all";
  return html`<${Segments} look="tabs" label=${t("desk.views")} value=${view}
      options=${["all", "in_house", "unpaid"].map((it) => [it, t(`desk.view_${it}`)])}
      onChange=${(it) => onChange({ ...filters, status: "", unpaid: "", ...views[it] })} />
    <div class="filters">
    <${Search} value=${filters.query} onChange=${change("query")} />
    ${
      place.hotels.length > 1 &&
      html`<${Field} label=${t("desk.hotel")} value=${filters.hotel_id} onInput=${change("hotel_id")}>
      <option value="">${t("desk.any_hotel")}</option>
      ${place.hotels.map((it) => html`<option value=${it.hotel_id} selected=${it.hotel_id === filters.hotel_id}>${inLanguage(it.name)}</option>`)}
    <//>`
    }
    <${Field} label=${t("desk.status")} value=${filters.status} onInput=${change("status")}>
      <option value="">${t("desk.any_status")}</option>
      ${STATES.map((it) => html`<option value=${it} selected=${it === filters.status}>${t(`status.${it}`)}</option>`)}
    <//>
    <${Field} label=${t("desk.arrival_date")} type="date" value=${filters.date} onInput=${change("date")} />
    <${Field} label=${t("desk.departure_date")} type="date" value=${filters.departure} onInput=${change("departure")} />
    ${narrowed && html`<${Button} kind="quiet" small onClick=${() => onChange(noFilters())}>${t("desk.clear")}<//>`}
  </div>`;
}

/** One field for what a guest says: a name, digits of a phone number or of an order number. */
function Search({ value, onChange }) {
  const [typed, setTyped] = useState(value);
  const place = useRef(null);
  useEffect(() => takeState("find") && place.current.querySelector("input").focus(), []);
  const shown = useRef(value);
  if (shown.current !== value) {
    shown.current = value;
    setTyped(value);
  }
  const wanted = typed.trim();
  const short = wanted !== "" && [...wanted].length < SHORTEST_QUERY;
  const commit = () => !short && wanted !== value && onChange(wanted);
  const submit = (event) => {
    event.preventDefault();
    commit();
  };
  return html`<form onSubmit=${submit} class="desk-query" role="search" ref=${place}>
    <${Field} label=${t("desk.query")} type="search" autocomplete="off" maxlength="100" value=${typed} onInput=${setTyped} onBlur=${commit}
      wrong=${short ? t("desk.query_short") : undefined} placeholder=${t("search_for")} />
    <button class="unseen" tabindex="-1">${t("find")}</button>
  </form>`;
}

function Nothing({ filters, onChange }) {
  const narrowed = Object.values(filters).some(Boolean);
  return html`<${Empty} title=${t(narrowed ? "desk.nothing_found" : "desk.no_bookings")} picture="bookings">
    ${filters.query && html`<p>${t("desk.query_hint")}</p>`}
    ${narrowed ? html`<${Button} kind="plain" onClick=${() => onChange(noFilters())}>${t("desk.clear")}<//>` : html`<p>${t("desk.no_bookings_hint")}</p>`}
  <//>`;
}

function List({ items, several }) {
  // Restores the scroll position after a booking.
  useLayoutEffect(() => {
    const { scroll } = keptList();
    if (scroll) requestAnimationFrame(() => scrollTo(0, scroll));
    keepList({ scroll: 0 });
  }, []);
  const leave = () => keepList({ scroll: scrollY, back: "/bookings" });
  return html`<div class="table desk-bookings" role="region" aria-label=${t("page.bookings")} tabindex="0"><table>
    <thead><tr>
      <th scope="col">${t("desk.guest")}</th><th scope="col">${t("desk.stay_dates")}</th><th scope="col">${t("desk.room")}</th>
      ${several && html`<th scope="col">${t("desk.hotel")}</th>`}
      <th scope="col">${t("desk.status")}</th><th scope="col" class="right">${t("desk.payable")}</th>
      <th scope="col">${t("desk.booked_at")}</th>
    </tr></thead>
    <tbody>${items.map(
      (it) => html`<tr key=${it.order_no}>
        <td><div class="inside who"><${Link} href=${`/bookings/${it.order_no}`} onClick=${leave} class="desk-name">${it.guest_name}<//>
          <span class="muted number">${it.phone_number}${it.source !== "online" && html` · ${t(`desk.source.${it.source}`)}`}</span></div></td>
        <td class="stay number">${stayOf(it)}
          ${it.status === "reserved" && it.expires_at && html`<br /><span class="small">${t("desk.held_until", { at: localTime(it.expires_at, it.time_zone) })}</span>`}</td>
        <td><div class="inside">${roomOf(it)}</div></td>
        ${several && html`<td><div class="inside">${inLanguage(it.hotel_name)}</div></td>`}
        <td class="status"><div class="inside"><${Status} of=${it.status} />
          ${OPEN.has(it.status) && it.balance > 0 && html` <span class="badge warn number">${t("desk.owes", { amount: money(it.balance) })}</span>`}</div></td>
        <td class="right"><${Price} fen=${it.payable} /></td>
        <td class="made number muted">${moment(it.created_at)}</td>
      </tr>`,
    )}</tbody>
  </table></div>`;
}
