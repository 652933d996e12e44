// A booking that staff make: for a guest at the desk, or one who called or wrote. It holds its nights without a payment.
import "./new_texts.js";
import "./texts.js";
import { Alert, Button, Confirm, FaultLine, Field, Price, Segments, toast } from "../../shared/components.js";
import {
  addDays,
  businessDate,
  day,
  hourNow,
  isPhoneNumber,
  money,
  nightsBetween,
  today,
} from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useEffect, useLocation, useRef, useState } from "../../vendor/preact.js";
import { sendByEnter } from "../form/form.js";
import { remarksOf } from "../form/values.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { keepList } from "./filters.js";
import { HoldFields, holdUntil, usualHold } from "./hold.js";
import { AtHotel, HotelChooser, useHotel } from "./hotels.js";
import { despiteText, offersFor, RoomChoice, refusalOf, useOffers } from "./offers.js";
import { payText } from "./stay_text.js";

const KINDS = ["overnight", "day_use"];
const SOURCES = ["walk_in", "phone", "email", "agent"];
const MOST = { nights: 85, units: 99, adults: 999, children: 999 };
/** `null` stands for what the page proposes; it follows the source and the hotel until somebody chooses. */
const BLANK = {
  source: "walk_in",
  kind: "overnight",
  check_in: null,
  nights: "1",
  units: "1",
  adults: "1",
  children: "0",
  room_id: null,
  guest_name: "",
  phone_number: "",
  arrival_time: "",
  hold: null,
  hold_at: "",
  notes: "",
};
/** The fields of the API's 422, by the names of this page's. */
const ASKED = [
  "guest_name",
  "phone_number",
  "check_in",
  "nights",
  "units",
  "adults",
  "children",
  "arrival_time",
  "hold",
  "notes",
];
const NAMES = { check_out: "nights", hold_until: "hold" };

export function NewBooking() {
  const place = useHotel();
  const [typed, setTyped] = useState(BLANK);
  return html`<${Page} title=${t("page.new_booking")} back="/">
    <${AtHotel} place=${place}>
      ${(hotel) => html`<${Form} key=${hotel.hotel_id} place=${place} hotel=${hotel} typed=${typed} setTyped=${setTyped} />`}
    <//>
  <//>`;
}

/** Returns a whole number within its bounds; null for anything else. */
function countOf(text, least, most) {
  const count = /^\d{1,3}$/.test(text.trim()) ? Number(text) : null;
  return count !== null && count >= least && count <= most ? count : null;
}

/** Returns what is asked for as the API takes it, by what was typed: counts that are not valid are null. */
function wishOf(typed, hotel) {
  const walksIn = typed.source === "walk_in";
  const begin = walksIn ? businessDate(hotel) : (typed.check_in ?? businessDate(hotel));
  const isDayUse = typed.kind === "day_use";
  const nights = isDayUse ? 0 : countOf(typed.nights, 1, MOST.nights);
  const end = begin && nights !== null && addDays(begin, nights);
  const stay = { check_in: begin, check_out: end, time_zone: hotel.time_zone };
  const party = {
    units: countOf(typed.units, 1, MOST.units),
    adults: countOf(typed.adults, 1, MOST.adults),
    children: countOf(typed.children, 0, MOST.children),
  };
  const hold = typed.hold ?? (isDayUse ? "" : usualHold(typed.source, begin, hotel.time_zone));
  return { walksIn, isDayUse, stay, nights, party, hold };
}

/** Returns the last hour at which a guest may come for the hours of a day use. */
function lastArrival({ hours, to }) {
  const [hour, minute] = to.split(":").map(Number);
  return `${String(hour - hours).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** Returns when the guest of a day use comes: as typed; a guest at the desk is there now, or waits for the first hour. */
function comesAt(typed, wish, use) {
  if (typed.arrival_time || !wish.walksIn || !use) return typed.arrival_time.slice(0, 5);
  const now = hourNow(wish.stay.time_zone);
  return now < use.from ? use.from : now;
}

function counted(party) {
  return Object.values(party).every((it) => it !== null);
}

/** Returns the offers, and the one that is chosen, or proposed. */
function choiceOf(data, typed, { stay, party }) {
  const offers = offersFor(data, stay, counted(party) ? party : null);
  if (typed.room_id) return { offers, chosen: offers.find((it) => it.key === typed.room_id) ?? null };
  // Standard is proposed: what cannot be cancelled, or asks for a level, is chosen by somebody.
  const possible = offers.filter((it) => !it.obstacle && !it.restriction);
  return { offers, chosen: possible.find((it) => !it.offer?.rate_plan_id) ?? possible[0] ?? null };
}

function Form({ place, hotel, typed, setTyped }) {
  const element = useRef(null);
  const [tried, setTried] = useState(false);
  const [, navigate] = useLocation();
  const wish = wishOf(typed, hotel);
  const from = useOffers(hotel, wish.stay);
  const { offers, chosen } = choiceOf(from.data, typed, wish);
  // What stands against the stay, and the offer that is booked all the same if the desk says so.
  const [barred, setBarred] = useState(null);
  const book = useAction(async (despite = false) => {
    // Keys are faster than the network: the rooms may not be there yet.
    const picked = from.loading ? choiceOf(await from.reload(), typed, wish).chosen : chosen;
    if (Object.keys(missing(typed, wish, picked)).length > 0) return;
    if (picked.restriction && !despite) {
      setBarred({ told: picked.restriction, picked });
      return;
    }
    try {
      const body = bodyOf(typed, wish, picked);
      const sent = despite ? { ...body, despite_restrictions: true } : body;
      const made = await postOnce(api, "desk booking", "/api/staff/bookings", sent);
      toast(t("new.made", { name: made.guest_name, amount: money(made.total) }));
      keepList({ back: "/" });
      // A guest at the desk comes in next.
      const state = wish.walksIn ? { ask: "walk_in" } : {};
      navigate(`/bookings/${made.order_no}`, { replace: true, state });
    } catch (error) {
      if (error.status === 409) {
        // What was proposed is not replaced behind the back of who reads the refusal.
        setTyped((before) => ({ ...before, room_id: picked.key }));
        from.reload();
      }
      if (error.code === "restricted" && !despite) {
        setBarred({ told: error.body, picked });
        return;
      }
      throw error;
    }
  });
  const type = (name) => (value) => {
    book.clear();
    setTyped((before) => ({ ...before, [name]: value }));
  };
  // A room by the night is none by the hour.
  const chooseKind = (kind) => {
    type("kind")(kind);
    setTyped((before) => ({ ...before, room_id: null }));
  };
  // What the API said stays until something else is typed, also once the rooms are read again.
  const remarks = { ...(tried && !from.loading ? missing(typed, wish, chosen) : {}), ...refusedFields(book.error) };
  const showWrong = () => setTimeout(() => element.current?.querySelector('[aria-invalid="true"]')?.focus());
  const submit = async (event) => {
    event.preventDefault();
    setTried(true);
    await book.run();
    showWrong();
  };
  const bookDespite = async () => {
    setBarred(null);
    await book.run(true);
  };
  useEffect(() => element.current.querySelector("[name=guest_name]").focus(), []);
  const shared = { typed, wish, remarks, type };
  return html`<form class="stack desk-new" novalidate ref=${element} onSubmit=${submit} onKeyDown=${sendByEnter}>
    <div class="desk-bar"><${HotelChooser} place=${place} />
      <${Segments} look="tabs" label=${t("new.source")} value=${typed.source} onChange=${type("source")}
        options=${SOURCES.map((it) => [it, t(`desk.source.${it}`)])} /></div>
    <div class="desk-columns even">
      <div class="stack">
        <${Guest} ...${shared} />
        ${!wish.walksIn && html`<${Later} ...${shared} />`}
      </div>
      <div class="card stack">
        <${Segments} look="tabs" label=${t("new.kind")} value=${typed.kind} onChange=${chooseKind}
          options=${KINDS.map((it) => [it, t(`new.${it}`)])} />
        <${Dates} ...${shared} hotel=${hotel} use=${chosen?.room.day_use} setTyped=${setTyped} />
        <${Party} ...${shared} />
        <${RoomChoice} from=${from} offers=${offers} chosen=${chosen} wrong=${remarks.room_id ?? nothingOf(offers, from, wish)}
          timeZone=${hotel.time_zone} onChange=${type("room_id")} />
        <${Fault} error=${book.error} total=${chosen?.total} />
        <div class="row between wrap desk-total">
          <p>${chosen?.total != null && html`<${Price} fen=${chosen.total} /> <span class="small muted">${wish.isDayUse ? t("new.day_use") : t("new.nights", { count: wish.nights })}${chosen.offer && ` · ${payText(chosen.offer, chosen.due)}`}</span>`}</p>
          <${Button} type="submit" busy=${book.busy}>${t(wish.walksIn ? "new.book_in" : "new.book")}<//>
        </div>
      </div>
    </div>
    ${
      barred &&
      html`<${Confirm} title=${t("new.despite_title")} action=${t("new.despite_book")} onClose=${() => setBarred(null)} onConfirm=${bookDespite}>
        <p>${despiteText(barred.told, barred.picked)}</p><p class="muted">${t("new.despite_hint")}</p><//>`
    }
  </form>`;
}

function bodyOf(typed, wish, chosen) {
  const { check_in, check_out } = wish.stay;
  const later = wish.walksIn
    ? { arrival_time: wish.isDayUse && comesAt(typed, wish, chosen.room.day_use) }
    : {
        arrival_time: typed.arrival_time.slice(0, 5),
        hold_until: holdUntil({ ...typed, hold: wish.hold }, check_in, wish.stay.time_zone),
      };
  const said = { ...later, notes: typed.notes.trim() };
  return {
    source: typed.source,
    room_id: chosen.room.room_id,
    rate_plan_id: chosen.offer?.rate_plan_id,
    check_in,
    check_out,
    ...wish.party,
    guest_name: typed.guest_name.trim(),
    phone_number: typed.phone_number.trim(),
    expected_total: chosen.total,
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)),
  };
}

/** Returns what has to be typed or chosen first, by field. */
function missing(typed, wish, chosen) {
  const { stay, nights, party } = wish;
  const found = {
    guest_name: !typed.guest_name.trim() && t("form.required"),
    phone_number: !isPhoneNumber(typed.phone_number) && t("new.phone_wrong"),
    check_in: !stay.check_in && t("form.required"),
    nights: nights === null && t("new.count_wrong", { least: 1, most: MOST.nights }),
    units: party.units === null && t("new.count_wrong", { least: 1, most: MOST.units }),
    adults: party.adults === null && t("new.count_wrong", { least: 1, most: MOST.adults }),
    children: party.children === null && t("new.count_wrong", { least: 0, most: MOST.children }),
    arrival_time:
      wish.isDayUse &&
      chosen?.room.day_use &&
      arrivalWrong(comesAt(typed, wish, chosen.room.day_use), chosen.room.day_use),
    hold: wish.hold === "other" && !typed.hold_at && t("form.required"),
    room_id: chosen ? chosen.obstacle : stay.check_out && counted(party) && t("new.choose_room"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong));
}

function arrivalWrong(time, use) {
  if (!time) return t("form.required");
  const last = lastArrival(use);
  return use.from <= time && time <= last ? null : t("new.comes_between", { ...use, to: last });
}

/** Returns the API's refusal in words, by field. */
function refusedFields(error) {
  if (!error) return {};
  const room = refusalOf(error);
  if (room) return { room_id: room };
  if (error.code === "too_many_guests") return { adults: t("new.too_many") };
  if (error.code === "stay_too_long") return { nights: t("new.too_long", { most: MOST.nights }) };
  const named = Object.assign(Object.create(error), {
    errors: (error.errors ?? []).map((it) => ({ ...it, field: NAMES[it.field] ?? it.field })),
  });
  return remarksOf(
    named,
    ASKED.map((name) => ({ name, kind: "text" })),
  ).remarks;
}

/** Says why there is nothing to choose. */
function nothingOf(offers, from, { isDayUse }) {
  if (from.error) return undefined;
  if (from.data?.rooms.length === 0 && from.data.of.check_out && !from.loading)
    return t(isDayUse ? "new.no_day_use" : "new.no_rooms");
  return offers.length > 0 && offers.every((it) => it.obstacle) ? t("new.all_taken") : undefined;
}

function Fault({ error, total }) {
  if (!error) return null;
  if (error.code === "price_changed")
    return html`<${Alert} tone="warn" of=${error}>${t("new.price_changed", { before: money(error.body.expected), now: money(error.body.actual ?? total) })}<//>`;
  return Object.keys(refusedFields(error)).length > 0 ? null : html`<${FaultLine} error=${error} />`;
}

function Guest({ typed, remarks, type }) {
  const shown = (name) => ({
    name,
    value: typed[name],
    onInput: type(name),
    wrong: remarks[name],
    autocomplete: "off",
  });
  return html`<section class="card stack">
    <h2>${t("desk.guest")}</h2>
    <${Field} label=${t("new.name")} maxlength="100" ...${shown("guest_name")} />
    <${Field} label=${t("desk.phone")} type="tel" ...${shown("phone_number")} />
    <${Field} label=${html`${t("new.notes")} <span class="optional">${t("form.optional")}</span>`} multiline maxlength="1000" rows="2"
      hint=${t("new.notes_hint")} ...${shown("notes")} />
  </section>`;
}

/** When a guest comes who is not here yet, and how long the room waits. */
function Later({ typed, wish, remarks, type }) {
  return html`<section class="card stack">
    <h2>${t("new.until_arrival")}</h2>
    ${
      !wish.isDayUse &&
      html`<${Field} label=${html`${t("desk.arrival_time")} <span class="optional">${t("form.optional")}</span>`} type="time" name="arrival_time"
        value=${typed.arrival_time} onInput=${type("arrival_time")} wrong=${remarks.arrival_time} />`
    }
    <${HoldFields} stay=${wish.stay} typed=${{ ...typed, hold: wish.hold }} wrong=${remarks.hold} type=${type} />
  </section>`;
}

function Dates({ typed, wish, remarks, type, hotel, use, setTyped }) {
  const { check_in: begin, check_out: end } = wish.stay;
  const late = wish.walksIn && begin !== today(hotel.time_zone);
  const leave = (date) => date > begin && type("nights")(String(nightsBetween(begin, date)));
  const arrive = (date) => {
    type("check_in")(date);
    // An hour of another day was chosen for that day.
    setTyped((before) => (before.hold === "other" ? before : { ...before, hold: null }));
  };
  return html`<div class="desk-trio dates">
    <${Field} label=${t("new.check_in")} name="check_in" type="date" value=${begin} min=${businessDate(hotel)} disabled=${wish.walksIn}
      onInput=${arrive} wrong=${remarks.check_in} hint=${arrivalHint(wish, late)} />
    ${
      wish.isDayUse
        ? html`<${Field} label=${t("new.comes_at")} name="arrival_time" type="time" value=${comesAt(typed, wish, use)} min=${use?.from}
            onInput=${type("arrival_time")} wrong=${remarks.arrival_time} hint=${use && t("new.comes_between", { ...use, to: lastArrival(use) })} />`
        : html`<${Field} label=${t("new.check_out")} name="check_out" type="date" value=${end ?? ""} min=${begin && addDays(begin, 1)} onInput=${leave}
            hint=${end && day(end, { weekday: true })} />
          <${Count} name="nights" label=${t("new.night_count")} typed=${typed} remarks=${remarks} type=${type} />`
    }
  </div>`;
}

function arrivalHint({ walksIn, isDayUse, stay: { check_in: begin } }, late) {
  if (!walksIn || isDayUse) return begin && day(begin, { weekday: true });
  return t(late ? "new.still_tonight" : "new.tonight", { day: day(begin) });
}

function Party(shared) {
  return html`<div class="desk-trio">
    <${Count} name="units" label=${t("desk.units")} ...${shared} />
    <${Count} name="adults" label=${t("new.adults")} ...${shared} />
    <${Count} name="children" label=${t("new.children")} ...${shared} />
  </div>`;
}

function Count({ name, label, typed, remarks, type }) {
  const least = name === "children" ? 0 : 1;
  return html`<${Field} label=${label} name=${name} type="number" inputmode="numeric" min=${least} max=${MOST[name]} value=${typed[name]}
    onInput=${type(name)} wrong=${remarks[name]} />`;
}
