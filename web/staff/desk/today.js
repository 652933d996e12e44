// A day at the desk: arrivals, guests in house, departures, and available rooms.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Loaded } from "../../shared/components.js";
import { addDays, businessDate } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, useLocation, useState } from "../../vendor/preact.js";
import { Glance } from "../house/glance.js";
import { Search } from "../search.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { DateStepper } from "./dates.js";
import { Guests } from "./guests.js";
import { AtHotel, HotelChooser, useHotel } from "./hotels.js";
import { isOfTheDay, MoveSheet } from "./moves.js";
import { NewButton } from "./new_button.js";

const POLL_AGAIN_MS = 30_000;
const DAYS_MISSED = 3;
/** The statuses of guests who have not arrived yet. */
const EXPECTED = new Set(["reserved", "paid"]);
const LEAVES = new Set([...EXPECTED, "checked_in"]);
const DEALT_WITH = new Set(["finished", "no_show"]);

export function Today() {
  const place = useHotel();
  return html`<${Page} title=${t("page.today")} actions=${html`<${Search} /><${NewButton} />`}>
    <${AtHotel} place=${place}>${(hotel) => html`<${Day} key=${hotel.hotel_id} place=${place} hotel=${hotel} />`}<//>
  <//>`;
}

/** Returns the guests of a day: arrivals by their date, the others as they are in house now. */
async function lookAt(hotel, date, now) {
  const list = (query) => everything(api, "/api/staff/bookings", { hotel_id: hotel.hotel_id, ...query });
  const earlier = date === now ? Array.from({ length: DAYS_MISSED }, (_, at) => addDays(now, -1 - at)) : [];
  const [arriving, inside, ending, offers, ...missed] = await Promise.all([
    list({ date }),
    list({ in_house: true }),
    list({ departure: date }),
    date < now ? null : freeRooms(hotel, date),
    ...earlier.flatMap((missedOn) => [...EXPECTED].map((status) => list({ status, date: missedOn }))),
  ]);
  const byName = (one, other) => one.guest_name.localeCompare(other.guest_name, "zh-CN");
  const byTime = (one, other) => (one.arrival_time ?? "99").localeCompare(other.arrival_time ?? "99");
  return {
    date,
    arriving: arriving.filter((it) => EXPECTED.has(it.status)).sort(byTime),
    missed: missed.flat(),
    unpaid: arriving.filter((it) => it.status === "pending_payment"),
    // Guests who have arrived are in the list of guests in house.
    dealtWith: arriving.filter((it) => DEALT_WITH.has(it.status)),
    came: arriving.some((it) => it.status === "checked_in" || it.status === "finished"),
    // Today's list has those too who should have left before; of a day to come, those too who have not arrived yet.
    leaving: (date === now
      ? inside.filter((it) => it.check_out <= date)
      : ending.filter((it) => LEAVES.has(it.status))
    ).sort(byName),
    left: ending.filter((it) => it.status === "finished").sort(byName),
    staying: inside.filter((it) => it.check_in <= date && date < it.check_out).sort(byName),
    free: offers,
  };
}

/** Returns how many units are available for a night; null if that cannot be read: the page works without it. */
async function freeRooms(hotel, date) {
  try {
    const rooms = await everything(api, `/api/hotels/${hotel.hotel_id}/rooms`, {
      check_in: date,
      check_out: addDays(date, 1),
    });
    return rooms.reduce((sum, it) => sum + (it.available ?? 0), 0);
  } catch {
    return null;
  }
}

function Day({ place, hotel }) {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState(null);
  const [owing, setOwing] = useState(false);
  const now = businessDate(hotel);
  const [date, setDate] = useState(now);
  const from = useLoad(() => lookAt(hotel, date, now), [hotel.hotel_id, date, now]);
  usePoll(from.reload, POLL_AGAIN_MS);
  // What a list has no sheet for is done on the booking's page.
  const ask = (name, booking) =>
    name && !isOfTheDay(name)
      ? navigate(`/bookings/${booking.order_no}`, { state: { ask: name } })
      : setAsked(name && { name, booking });
  return html`<div class="desk-bar">
      <${HotelChooser} place=${place} />
      <${DateStepper} date=${date} now=${now} onChange=${setDate} more=${html`<${Refresh} from=${from} />`} />
    </div>
    ${date === now && html`<${Glance} hotel=${hotel} now=${now} />`}
    <${Loaded} from=${from} rows=${4}>
      ${(data) => html`<div class=${data.date === date ? "stack" : "stack desk-stale"} aria-busy=${data.date !== date}>
        <${Counts} data=${data} now=${now} owing=${owing} onOwing=${setOwing} />
        <${Lists} data=${owing ? onlyOwing(data) : data} now=${now} ask=${ask} />
      </div>`}
    <//>
    ${asked && html`<${MoveSheet} asked=${asked} now=${now} ask=${(name) => ask(name, asked.booking)} onChange=${from.reload} />`}`;
}

function Refresh({ from }) {
  return html`<button type="button" class="icon-button" aria-label=${t("refresh")} aria-busy=${from.loading ? "true" : undefined}
    onClick=${from.reload}><${Icon} name="refresh" /></button>`;
}

/** The lists of guests with whom the desk still has something to do. */
const LISTS = ["arriving", "missed", "unpaid", "staying", "leaving"];

/** Returns the lists with only those who owe something. */
function onlyOwing(data) {
  const lists = LISTS.map((name) => [name, data[name].filter((it) => it.balance > 0)]);
  return { ...data, dealtWith: [], left: [], ...Object.fromEntries(lists) };
}

function Counts({ data, now, owing, onOwing }) {
  const owes = onlyOwing(data);
  const free = data.date === now ? t("desk.free_tonight") : t("desk.free");
  const counts = [
    ["desk-arriving", t("desk.arriving"), data.arriving.length + data.missed.length],
    ["desk-staying", t("desk.staying"), data.staying.length],
    ["desk-leaving", t("desk.leaving"), data.leaving.length],
  ];
  const jump = (id) => document.getElementById(id).scrollIntoView({ block: "start" });
  return html`<div class="desk-counts">
    ${counts.map(
      ([id, label, count]) => html`<button type="button" class="card" onClick=${() => jump(id)}>
        <span>${label}</span><strong class="number">${count}</strong></button>`,
    )}
    <button type="button" class="card" aria-pressed=${owing ? "true" : "false"} onClick=${() => onOwing(!owing)}>
      <span>${t("desk.owing")}</span><strong class="number">${LISTS.reduce((sum, name) => sum + owes[name].length, 0)}</strong></button>
    ${data.free !== null && html`<div class="card"><span>${free}</span><strong class="number">${data.free}</strong></div>`}
  </div>`;
}

function Lists({ data, now, ask }) {
  const shared = { now, ask };
  return html`<div class="desk-lists">
    <section id="desk-arriving" aria-labelledby="desk-arriving-title">
      <h2 id="desk-arriving-title">${t("desk.arriving")}</h2>
      <${Guests} ...${shared} bookings=${data.arriving} empty=${data.came ? t("desk.all_arrived") : t("desk.no_arrivals")} />
      ${data.missed.length > 0 && html`<h3>${t("desk.missed")}</h3><${Guests} ...${shared} bookings=${data.missed} />`}
      ${data.unpaid.length > 0 && html`<h3>${t("desk.unpaid")}</h3><${Guests} ...${shared} bookings=${data.unpaid} />`}
      ${data.dealtWith.length > 0 && html`<h3>${t("desk.dealt_with")}</h3><${Guests} now=${now} bookings=${data.dealtWith} quiet />`}
    </section>
    <section id="desk-staying" aria-labelledby="desk-staying-title">
      <h2 id="desk-staying-title">${t("desk.staying")}</h2>
      <${Guests} ...${shared} bookings=${data.staying} empty=${t("desk.no_stays")} />
    </section>
    <section id="desk-leaving" aria-labelledby="desk-leaving-title">
      <h2 id="desk-leaving-title">${t("desk.leaving")}</h2>
      <${Guests} ...${shared} bookings=${data.leaving} empty=${t("desk.no_departures")} />
      ${data.left.length > 0 && html`<h3>${t("desk.left")}</h3><${Guests} now=${now} bookings=${data.left} quiet />`}
    </section>
  </div>`;
}
