// The calendar of a hotel: room types by days, with sold rooms and prices. Staff select nights and change them.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, Loaded } from "../../shared/components.js";
import { addDays, businessDate, day } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { DateStepper } from "./dates.js";
import { Grid } from "./grid.js";
import { AtHotel, HotelChooser, useHotel } from "./hotels.js";
import { NightsSheet } from "./nights.js";
import { edges } from "./selection.js";

const SPAN = 30;
const FORTNIGHT = 14;

export function Calendar() {
  const place = useHotel();
  return html`<${Page} title=${t("page.calendar")}>
    <${AtHotel} place=${place}>${(hotel) => html`<${Month} key=${hotel.hotel_id} place=${place} hotel=${hotel} />`}<//>
  <//>`;
}

/** Returns the rooms with their open nights by date. It makes one request for each room. */
async function readNights(rooms, from) {
  const to = addDays(from, SPAN);
  const lists = await Promise.all(rooms.map((it) => api.get(`/api/staff/rooms/${it.room_id}/nights`, { from, to })));
  return {
    from,
    rows: rooms.map((room, at) => ({ room, nights: new Map(lists[at].items.map((it) => [it.date, it])) })),
  };
}

function Month({ place, hotel }) {
  const now = businessDate(hotel);
  const [from, setFrom] = useState(now);
  const [selection, select] = useState(null);
  const [editing, setEditing] = useState(false);
  const rooms = useLoad(() => everything(api, `/api/staff/hotels/${hotel.hotel_id}/rooms`), [hotel.hotel_id]);
  const loaded = useLoad(() => (rooms.data ? readNights(rooms.data, from) : undefined), [rooms.data, from]);
  const move = (date) => {
    select(null);
    setFrom(date);
  };
  const last = addDays(from, SPAN - 1);
  return html`<div class="desk-bar">
      <${HotelChooser} place=${place} />
      <${DateStepper} date=${from} now=${now} onChange=${move} by=${FORTNIGHT}>${day(from)} – ${day(last)}<//>
      <${Legend} />
    </div>
    <${Loaded} from=${rooms.error ? rooms : loaded} rows=${3} tall>
      ${(data) => {
        if (data.rows.length === 0) return html`<${NoRooms} />`;
        const dates = Array.from({ length: SPAN }, (_, at) => addDays(data.from, at));
        return html`<div class=${data.from === from ? "desk-month" : "desk-month desk-stale"} aria-busy=${data.from !== from}>
          <${Grid} rows=${data.rows} dates=${dates} now=${now} selection=${selection} select=${select} edit=${() => setEditing(true)} />
          <${Chosen} rows=${data.rows} dates=${dates} selection=${selection} edit=${() => setEditing(true)} clear=${() => select(null)} />
          ${editing && selection && html`<${NightsSheet} chosen=${chosenOf(data.rows, dates, selection, now)} onChange=${loaded.reload} onClose=${() => setEditing(false)} />`}
        </div>`;
      }}
    <//>`;
}

function NoRooms() {
  return html`<${Empty} title=${t("desk.no_rooms")}><p>${t("desk.no_rooms_hint")}</p>
    <${Link} href="/rooms" class="button">${t("desk.to_rooms")}<//><//>`;
}

/** Returns `{rows, dates}` of a selection, without past nights: they cannot be changed. */
function chosenOf(rows, dates, selection, now) {
  const { top, bottom, left, right } = edges(selection);
  return { rows: rows.slice(top, bottom + 1), dates: dates.slice(left, right + 1).filter((it) => it >= now) };
}

/** The selection in words, and its buttons. */
function Chosen({ rows, dates, selection, edit, clear }) {
  if (!selection) return html`<p class="muted small desk-hint">${t("desk.calendar_hint")}</p>`;
  const { top, bottom, left, right } = edges(selection);
  const room = top === bottom ? inLanguage(rows[top].room.name) : t("desk.some_rooms", { count: bottom - top + 1 });
  const nights =
    left === right
      ? day(dates[left], { weekday: true })
      : t("desk.some_nights", { from: day(dates[left]), to: day(dates[right]), count: right - left + 1 });
  return html`<div class="desk-chosen">
    <p class="grow" role="status"><strong>${room}</strong><span class="number">${nights}</span></p>
    <${Button} kind="quiet" small onClick=${clear}>${t("desk.choose_none")}<//>
    <${Button} onClick=${edit}>${t("desk.change_nights")}<//>
  </div>`;
}

function Legend() {
  return html`<ul class="desk-legend" aria-label=${t("desk.legend")}>
    <li><span class="scale">${["h0", "h1", "h2", "h3", "h4"].map((it) => html`<span class=${`desk-heat ${it}`}></span>`)}</span>${t("desk.legend_heat")}</li>
    <li><span class="desk-heat full">8/8</span>${t("desk.legend_full")}</li>
    <li><span class="desk-heat closed">${t("desk.closed_mark")}</span>${t("desk.legend_closed")}</li>
    <li><span class="desk-heat none">–</span>${t("desk.legend_none")}</li>
  </ul>`;
}
