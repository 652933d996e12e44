// The calendar of a hotel: room types by days, with sold rooms and prices. Staff select nights and change them.
import "./nights_texts.js";
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
import { NightsSheet, readNights } from "./nights.js";
import { PlanChoice, planOf, usePlans } from "./plan_choice.js";
import { edges } from "./selection.js";
import { Undo, useLastChange } from "./undo.js";

const SPAN = 30;
const FORTNIGHT = 14;

export function Calendar() {
  const place = useHotel();
  return html`<${Page} title=${t("page.calendar")}>
    <${AtHotel} place=${place}>${(hotel) => html`<${Month} key=${hotel.hotel_id} place=${place} hotel=${hotel} />`}<//>
  <//>`;
}

function Month({ place, hotel }) {
  const now = businessDate(hotel);
  const [from, setFrom] = useState(now);
  const [selection, select] = useState(null);
  // What the sheet changes: null, the selection ("chosen"), or nights by a pattern ("pattern").
  const [editing, setEditing] = useState(null);
  const [planName, setPlanName] = useState("");
  const lastChange = useLastChange(hotel.hotel_id);
  const rooms = useLoad(() => everything(api, `/api/staff/hotels/${hotel.hotel_id}/rooms`), [hotel.hotel_id]);
  const plans = usePlans(rooms.data);
  const loaded = useLoad(
    async () => rooms.data && { from, rows: await readNights(rooms.data, from, addDays(from, SPAN)) },
    [rooms.data, from],
  );
  const move = (date) => {
    select(null);
    setFrom(date);
  };
  const made = async (change) => {
    lastChange.keep(change);
    await loaded.reload();
  };
  const last = addDays(from, SPAN - 1);
  const some = rooms.data?.length > 0;
  return html`<div class="desk-bar">
      <${HotelChooser} place=${place} />
      <${DateStepper} date=${from} now=${now} onChange=${move} by=${FORTNIGHT}>${day(from)} – ${day(last)}<//>
      <${PlanChoice} plans=${plans.data} value=${planName} onChange=${setPlanName} />
      ${some && html`<${Button} kind="plain" onClick=${() => setEditing("pattern")}>${t("nights.by_pattern")}<//>`}
    </div>
    <${Undo} last=${lastChange} onChange=${loaded.reload} />
    <${Loaded} from=${rooms.error ? rooms : loaded} rows=${3} tall>
      ${(data) => {
        if (data.rows.length === 0) return html`<${NoRooms} />`;
        const dates = Array.from({ length: SPAN }, (_, at) => addDays(data.from, at));
        const rows = data.rows.map((row) => ({ ...row, plan: planOf(plans.data, row.room, planName) }));
        const choose = editing && chosenOf(rows, dates, editing === "chosen" && selection, now);
        return html`<div class=${data.from === from ? "desk-month" : "desk-month desk-stale"} aria-busy=${data.from !== from}>
          <${Grid} rows=${rows} dates=${dates} now=${now} selection=${selection} select=${select} edit=${() => setEditing("chosen")} />
          <${Legend} />
          <${Chosen} rows=${rows} dates=${dates} selection=${selection} edit=${() => setEditing("chosen")} clear=${() => select(null)} />
          ${choose && html`<${NightsSheet} chosen=${choose} now=${now} onMade=${made} onClose=${() => setEditing(null)} />`}
        </div>`;
      }}
    <//>`;
}

function NoRooms() {
  return html`<${Empty} title=${t("desk.no_rooms")}><p>${t("desk.no_rooms_hint")}</p>
    <${Link} href="/rooms" class="button">${t("desk.to_rooms")}<//><//>`;
}

/**
 * Returns what the sheet changes, by what is selected: `{rooms, first, last}`, without past nights, which cannot be changed. Without a
 * selection it is a pattern, which begins with all that is in sight; `all` are the room types.
 */
function chosenOf(rows, dates, selection, now) {
  const rooms = rows.map((it) => it.room);
  const begin = (date) => (date < now ? now : date);
  if (!selection) return { rooms, first: begin(dates[0]), last: dates.at(-1), all: rooms };
  const { top, bottom, left, right } = edges(selection);
  return { rooms: rooms.slice(top, bottom + 1), first: begin(dates[left]), last: dates[right] };
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

/** The steps have their shares written in them: nobody has to tell colours apart. */
const STEPS = [
  ["h0", "0%"],
  ["h1", "1–25%"],
  ["h2", "26–50%"],
  ["h3", "51–75%"],
  ["h4", "76–99%"],
];

function Legend() {
  const marks = [
    ["≥2", "nights.legend_min"],
    ["≤7", "nights.legend_max"],
    [t("nights.cta_mark"), "nights.cta"],
    [t("nights.ctd_mark"), "nights.ctd"],
    [t("nights.out_mark", { count: 1 }), "nights.legend_out"],
  ];
  return html`<ul class="desk-legend" aria-label=${t("desk.legend")}>
    <li><span class="scale">${STEPS.map(([look, share]) => html`<span class=${`desk-heat ${look}`}>${share}</span>`)}<span class="desk-heat full">100%</span></span>
      ${t("desk.legend_heat")}</li>
    <li><span class="desk-heat full">8/8</span>${t("desk.legend_full")}</li>
    <li><span class="desk-heat closed">${t("desk.closed_mark")}</span>${t("desk.legend_closed")}</li>
    <li><span class="desk-heat none">–</span>${t("desk.legend_none")}</li>
    ${marks.map(([mark, key]) => html`<li key=${key}><span class="desk-mark">${mark}</span>${t(key)}</li>`)}
  </ul>`;
}
