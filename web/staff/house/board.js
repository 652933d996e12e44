// The house on one screen: every number with who is in, comes and leaves, and how clean it is. On a phone housekeeping works with it.
import "./board_texts.js";
import "./texts.js";
import { Empty, Loaded, Segments } from "../../shared/components.js";
import { businessDate } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { DateStepper } from "../desk/dates.js";
import { AtHotel, HotelChooser, useHotel } from "../desk/hotels.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { CleaningList } from "./cleaning.js";
import { DoorSheet } from "./door.js";
import { floorsOf, stateOf, toClean, typesOf } from "./doors.js";
import { OutOfOrderForm } from "./out_of_order.js";

const POLL_MS = 30_000;

export function Board() {
  const place = useHotel();
  return html`<${Page} title=${t("page.house")}>
    <${AtHotel} place=${place}>${(hotel) => html`<${Doors} key=${hotel.hotel_id} place=${place} hotel=${hotel} />`}<//>
  <//>`;
}

function Doors({ place, hotel }) {
  const now = businessDate(hotel);
  const [date, setDate] = useState(now);
  const from = useLoad(() => api.get(`/api/staff/hotels/${hotel.hotel_id}/house`, { date }), [hotel.hotel_id, date]);
  usePoll(from.reload, POLL_MS);
  // What a number had is not kept: the board begins today.
  return html`<div class="desk-bar">
      <${HotelChooser} place=${place} />
      <${DateStepper} date=${date} now=${now} onChange=${(it) => setDate(it < now ? now : it)} />
    </div>
    <${Loaded} from=${from} rows=${4}>
      ${(data) => html`<div class=${data.date === date ? "stack" : "stack desk-stale"} aria-busy=${data.date !== date}>
        <${Whole} doors=${data.items} date=${data.date} hotel=${hotel} onChange=${from.reload} /></div>`}
    <//>`;
}

function Whole({ doors, date, hotel, onChange }) {
  const [view, setView] = useState("floors");
  // `{number, form}`: the sheet of a number, or its form for what is out of order.
  const [asked, setAsked] = useState(null);
  const door = asked && doors.find((it) => it.number === asked.number);
  const waiting = toClean(doors);
  const views = [
    ["floors", t("board.floors")],
    ["types", t("board.types")],
    ["clean", t("board.to_clean", { count: waiting.length })],
  ];
  if (doors.length === 0)
    return html`<${Empty} title=${t("board.none")}><p>${t("board.none_hint")}</p><${Link} class="button" href=${`/rooms/${hotel.hotel_id}`}>${t("page.rooms")}<//><//>`;
  const shared = { hotel, onChange, onClose: () => setAsked(null) };
  return html`<${Segments} look="tabs" label=${t("board.view")} options=${views} value=${view} onChange=${setView} />
    ${view === "clean" ? html`<${CleaningList} doors=${waiting} hotel=${hotel} onChange=${onChange} open=${(number) => setAsked({ number })} />` : html`<${Counts} doors=${doors} /><${Groups} groups=${view === "types" ? typesOf(doors) : floorsOf(doors)} showsType=${view === "floors"} open=${(number) => setAsked({ number })} />`}
    ${door && !asked.form && html`<${DoorSheet} ...${shared} door=${door} date=${date} onBreak=${() => setAsked({ ...asked, form: true })} />`}
    ${door && asked.form && html`<${OutOfOrderForm} ...${shared} door=${door} date=${date} />`}`;
}

const COUNTED = ["occupied", "due_out", "arriving", "vacant", "out_of_order"];

function Counts({ doors }) {
  const states = doors.map(stateOf);
  return html`<ul class="door-counts">${COUNTED.map((state) => {
    const count = states.filter((it) => it === state).length;
    return html`<li key=${state} class=${`door-look ${state}`}>${t(`board.${state}`)} <strong class="number">${count}</strong></li>`;
  })}</ul>`;
}

function Groups({ groups, showsType, open }) {
  return groups.map(
    ([name, doors]) => html`<section key=${name} class="door-group" aria-label=${name}>
      <h2>${name}</h2>
      <ul class="doors">${doors.map((it) => html`<li key=${it.number}><${Door} door=${it} showsType=${showsType} open=${open} /></li>`)}</ul>
    </section>`,
  );
}

function Door({ door, showsType, open }) {
  const state = stateOf(door);
  const who = door.guest_name ?? (door.order_no ? door.order_no.slice(-6) : "");
  const following = door.following && (door.following.guest_name ?? door.following.order_no.slice(-6));
  return html`<button type="button" class=${`door door-look ${state}`} onClick=${() => open(door.number)}>
    <span class="row between"><strong class="number">${door.number}</strong>
      <span class=${`door-clean ${door.housekeeping}`}>${t(`board.${door.housekeeping}`)}</span></span>
    ${showsType && html`<span class="small">${inLanguage(door.room_name)}</span>`}
    <span class="small">${t(`board.${state}`)}${who && ` · ${who}`}</span>
    ${following && html`<span class="small">${t("board.then", { name: following })}</span>`}
  </button>`;
}
