// What a hotel can still give for a stay: room types and their rate plans, each with its price for the guests, as a list to choose from.
import "../house/plan_texts.js";
import "./new_texts.js";
import { everything } from "../../shared/api.js";
import { Loading, Price } from "../../shared/components.js";
import { addDays, day, money, nightsBetween } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { guestsPrice, holds } from "../../shared/occupancy.js";
import { restrictionText } from "../../shared/restriction.js";
import { ruleText } from "../../shared/rule.js";
import { html, useId } from "../../vendor/preact.js";
import { dueNow, nightPrice } from "../house/plan_price.js";
import { allPlans } from "../house/plans.js";
import { api } from "../session.js";
import { readNights } from "./nights.js";
import { breakfastsText, payText, planText } from "./stay_text.js";

/** What the API shows as left of a room type that never sells out. */
const MANY = 999;

/**
 * Loads the room types on sale, as `{of, rooms}`. While a date is typed, and not complete, there are none. Each has `barred` too: what a
 * restriction forbids to guests, `{restriction, …}` and the offer that it would be; the desk may book it all the same.
 */
export function useOffers(hotel, { check_in: begin, check_out: end }) {
  return useLoad(async () => {
    const asked = { check_in: begin, check_out: end };
    if (!begin || !end) return { of: asked, rooms: [] };
    const rooms = await everything(api, `/api/hotels/${hotel.hotel_id}/rooms`, asked);
    return {
      of: asked,
      rooms: await Promise.all(rooms.map(async (it) => ({ ...it, barred: await barredOf(it, asked) }))),
    };
  }, [hotel.hotel_id, begin, end]);
}

async function barredOf(room, { check_in: begin, check_out: end }) {
  const told = room.restrictions ?? [];
  if (told.length === 0) return [];
  const until = begin === end ? addDays(begin, 1) : end;
  const [[{ nights }], plans] = await Promise.all([readNights([room], begin, until), allPlans(room.room_id)]);
  const prices = [...nights.values()].map((it) => ({ date: it.date, price: it.price }));
  if (prices.length < nightsBetween(begin, until)) return [];
  const standard = { rate_plan_id: null, breakfasts: room.breakfasts, payment: "full" };
  const on = plans.filter((it) => it.enabled);
  return told.flatMap((restriction) => {
    // What the calendar forbids holds for every plan.
    const which =
      restriction.rate_plan_id === null
        ? [standard, ...on]
        : on.filter((it) => it.rate_plan_id === restriction.rate_plan_id);
    return which.map((plan) => ({
      ...plan,
      restriction,
      nights: prices.map((it) => ({ ...it, price: plan.rate_plan_id ? nightPrice(plan, it.price) : it.price })),
    }));
  });
}

/**
 * Returns the offers for the guests, by room type, the cheapest first and the impossible ones last: `{key, room, offer, total, due, left,
 * obstacle, restriction}`, where `due` is `{now, later}`. Rooms are read for one unit and one adult, so that each press shows its price at
 * once. Those of other dates are no offers; nor is there one without a party.
 */
export function offersFor(data, stay, party) {
  const current = data && party && data.of.check_in === stay.check_in && data.of.check_out === stay.check_out;
  return current ? sorted(data.rooms, stay, party) : [];
}

function sorted(rooms, stay, party) {
  const groups = rooms.map((room) => offersOf(room, stay, party));
  const rank = ([first]) => (first.obstacle ? 1e13 : first.restriction ? 1e12 + first.total : first.total);
  return groups.sort((one, other) => rank(one) - rank(other)).flat();
}

/** Returns the offers of one room type; one that says what is in the way if there is none. */
function offersOf(room, stay, party) {
  const obstacle = obstacleOf(room, party);
  const shown = { room, left: room.available, obstacle };
  const nothing = {
    ...shown,
    key: room.room_id,
    offer: null,
    total: room.total === null ? null : totalOf(room.total, room, stay, party),
  };
  const possible = [...(room.offers ?? []), ...room.barred];
  if (possible.length === 0) return [nothing];
  return possible.map((offer) => {
    const total = totalOf(
      offer.nights.reduce((sum, it) => sum + it.price, 0),
      room,
      stay,
      party,
    );
    const now = dueNow(offer, total);
    const key = offer.rate_plan_id ? `${room.room_id} ${offer.rate_plan_id}` : room.room_id;
    return { ...shown, key, offer, total, due: { now, later: total - now }, restriction: offer.restriction };
  });
}

/** Returns what the nights, for one unit, cost with these units and guests. A day use is a night of its date. */
function totalOf(nights, room, { check_in: begin, check_out: end }, party) {
  return nights * party.units + guestsPrice(room, party) * Math.max(1, nightsBetween(begin, end));
}

function obstacleOf(room, party) {
  if (room.total === null && room.barred.length === 0) return t("new.not_open");
  if (room.available <= 0) return t("new.none_left");
  if (room.available < party.units) return t("new.fewer_left", { count: room.available });
  return holds(room, party) ? null : t("new.too_many");
}

/** Returns what the API says is in the way of a room type (409), for its field; null if it is about something else. */
export function refusalOf(error) {
  if (error?.code === "sold_out")
    return t("new.sold_out", { days: error.body.dates.map((date) => day(date)).join(t("desk.comma")) });
  return error?.code === "not_on_sale" ? t("new.not_on_sale") : null;
}

function leftText(count) {
  return count < MANY ? t("new.left", { count }) : t("new.plenty");
}

/** The list. `chosen` is an offer or null; `onChange` hears its key. */
export function RoomChoice({ from, offers, chosen, wrong, timeZone, onChange }) {
  const note = useId();
  return html`<fieldset class="field desk-offers" aria-describedby=${note} aria-busy=${from.loading ? "true" : undefined}>
    <legend class="label">${t("desk.room")}</legend>
    ${from.loading && offers.length === 0 && html`<${Loading} rows=${2} />`}
    ${offers.map(
      (
        it,
        at,
      ) => html`<label key=${it.key} class=${["cell", it.obstacle && "none", offers[at - 1]?.room === it.room && "more"].filter(Boolean).join(" ")}>
        <input type="radio" name="room_id" value=${it.key} checked=${it === chosen} disabled=${it.obstacle && it !== chosen}
          aria-invalid=${it === chosen && (wrong || it.obstacle) ? "true" : undefined} onChange=${() => onChange(it.key)} />
        <${Choice} it=${it} isChosen=${it === chosen} timeZone=${timeZone} />
        ${it.total !== null && html`<${Price} fen=${it.total} />`}
      </label>`,
    )}
    <span class="wrong" id=${note}>${wrong !== chosen?.obstacle && wrong}</span>
  </fieldset>`;
}

function Choice({ it: { room, offer, due, left, obstacle, restriction }, isChosen, timeZone }) {
  const { day_use: use } = room;
  return html`<span class="grow"><strong>${inLanguage(room.name)}</strong>${offer?.rate_plan_id && html` · <strong>${planText(offer)}</strong>`}
    ${room.bed && html` <span class="muted small">${inLanguage(room.bed)}</span>`}
    ${offer?.min_level && html` <span class="badge accent">${t("plans.level_from", { level: t(`plans.level.${offer.min_level}`) })}</span>`}
    <br /><span class=${isChosen && obstacle ? "wrong" : "small muted"}>${obstacle ?? leftText(left)}${use && ` · ${t("new.day_hours", use)}`}</span>
    ${
      offer &&
      !obstacle &&
      html`<br /><span class="small muted">${breakfastsText(offer.breakfasts)} · ${payText(offer, due)}</span>
        ${offer.cancellable_until && html`<br /><span class="small muted">${ruleText(offer, timeZone)}</span>`}`
    }
    ${restriction && !obstacle && html`<br /><span class="small desk-barred">${restrictionText(restriction)}</span>`}</span>`;
}

/** Says what stands against a stay, and asks whether the desk books it all the same. */
export function despiteText(told, chosen) {
  const facts = { room: inLanguage(chosen.room.name), why: restrictionText(told), amount: money(chosen.total ?? 0) };
  return t("new.despite", facts);
}
