// Guests with a stay in one's own hotels, found by what they say: a name, digits of a phone number or of an order.
import "./texts.js";
import { Button, Empty, FaultLine, Field, Loaded } from "../../shared/components.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { tab } from "../../shared/storage.js";
import { html, Link, useLocation, useState } from "../../vendor/preact.js";
import { SHORTEST_QUERY } from "../desk/filters.js";
import { Said } from "../desk/said.js";
import { stayOf } from "../desk/stay_text.js";
import { FirstLogin } from "../operations/guests.js";
import { api, isAdmin, person } from "../session.js";
import { Page } from "../shell.js";

const KEY = "posthouse.guests.query";
const USER_ID = /^U[0-9A-Z]{26}$/i;
const MOST_EMPTY_PAGES = 5;

/** What this member of staff looked for last in this tab: a guest's page leads back to it. */
function kept() {
  const found = tab.read(KEY);
  return found?.who === person()?.username ? found.query : "";
}

/** Returns the next page that has guests: a page of the API may be empty and still have a cursor. */
async function readOn(query, from) {
  let cursor = from;
  for (let read = 0; read < MOST_EMPTY_PAGES; read += 1) {
    const page = await api.get("/api/staff/guests", { query, cursor });
    if (page.items.length > 0 || !page.next_cursor) return { items: page.items, cursor: page.next_cursor };
    cursor = page.next_cursor;
  }
  return { items: [], cursor };
}

export function Guests() {
  const [query, setQuery] = useState(kept);
  const [, go] = useLocation();
  const find = (wanted) => {
    if (USER_ID.test(wanted)) return go(`/guests/${wanted.toUpperCase()}`);
    tab.write(KEY, { query: wanted, who: person()?.username });
    return setQuery(wanted);
  };
  return html`<${Page} title=${t("page.guests")}>
    <${Search} query=${query} onFind=${find} />
    ${query ? html`<${Found} key=${query} query=${query} />` : html`<p class="muted">${t("guests.about")}</p>`}
    ${isAdmin() && html`<${FirstLogin} />`}
  <//>`;
}

function Search({ query, onFind }) {
  const [typed, setTyped] = useState(query);
  const [short, setShort] = useState(false);
  const submit = (event) => {
    event.preventDefault();
    const wanted = typed.trim();
    const enough = [...wanted].length >= SHORTEST_QUERY;
    setShort(!enough);
    if (enough) onFind(wanted);
  };
  const change = (value) => {
    setShort(false);
    setTyped(value);
  };
  return html`<form class="row find" role="search" onSubmit=${submit}>
    <${Field} label=${t("guests.query")} type="search" autocomplete="off" maxlength="100" value=${typed} onInput=${change}
      wrong=${short ? t("guests.query_short") : undefined} hint=${t("guests.query_hint")} />
    <${Button} kind="plain" type="submit"><${Icon} name="search" size="18" />${t("find")}<//>
  </form>`;
}

function Found({ query }) {
  const from = useLoad(() => readOn(query), [query]);
  const more = useAction(async () => {
    const page = await readOn(query, from.data.cursor);
    from.setData({ items: [...from.data.items, ...page.items], cursor: page.cursor });
  });
  return html`<${Loaded} from=${from} rows=${3}>${({ items, cursor }) =>
    items.length === 0 && !cursor
      ? html`<${Empty} title=${t("guests.nobody")} picture="search"><p>${t("guests.nobody_hint")}</p><//>`
      : html`<ul class="cells" aria-label=${t("page.guests")}>${items.map((it) => html`<li key=${it.user_id}><${FoundGuest} guest=${it} /></li>`)}</ul>
        <${FaultLine} error=${more.error} />
        ${cursor && html`<${Button} kind="plain" wide busy=${more.busy} onClick=${more.run}>${t("show_more")}<//>`}`}<//>`;
}

function FoundGuest({ guest }) {
  return html`<${Link} href=${`/guests/${guest.user_id}`} class="cell guests-cell"><div class="grow">
    <p class="row wrap"><${Names} guest=${guest} /> <span class="muted small number">${guest.phone_number}</span></p>
    <${LastStay} bookings=${guest.bookings} />
    <${Said} booking=${guest} />
  </div><span class="go"><${Icon} name="go" size="18" /></span><//>`;
}

/** The names by which a guest was found: those who stayed, and the nickname. */
function Names({ guest: { nickname, bookings } }) {
  const names = [...new Set(bookings.map((it) => it.guest_name))];
  const shown = names.slice(0, 3).join("、");
  return html`<strong>${shown}</strong> ${nickname && !names.includes(nickname) && html`<span class="muted">${nickname}</span>`}`;
}

function LastStay({ bookings }) {
  const last = bookings.reduce((one, other) => (other.check_in > one.check_in ? other : one));
  return html`<p>${inLanguage(last.hotel_name)} · ${inLanguage(last.room_name)}</p><p class="muted small number">${stayOf(last)}</p>`;
}
