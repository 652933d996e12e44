// What a room is offered for on the chosen dates, cheapest first: by plan, with price, breakfasts, rule and way to pay.
import "./form/texts.js";
import "./offer_texts.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Price } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Restricted } from "./restricted.js";
import { ruleText } from "./rule.js";
import { wholeText } from "./search.js";

/** So many offers are shown at once; the others are folded. */
const SHOWN = 3;

/** Returns the name of an offer, or of a plan that was booked: without a plan it is the standard price. */
export function planName({ rate_plan_id: plan, name }) {
  return plan ? inLanguage(name) : t("offers.standard");
}

/** Returns "2 份早餐". */
export function breakfastsText(count) {
  if (count === 0) return t("stay.no_breakfast");
  return t(count === 1 ? "stay.breakfast" : "stay.breakfasts", { count });
}

/** Returns in words when a stay is paid: `{payment}` of an offer or a booking, with what is due now and later, in fen. */
export function payText({ payment }, { now, later }) {
  return t(`offers.pay.${payment}`, { now: money(now), later: money(later) });
}

/** Returns what a night of an offer costs: "每晚 ¥428", or from what to what. */
function nightText({ nights }) {
  const prices = nights.map((it) => it.price);
  const [from, to] = [Math.min(...prices), Math.max(...prices)];
  return from === to
    ? t("offers.a_night", { price: money(from) })
    : t("offers.night_range", { from: money(from), to: money(to) });
}

/** The offers of a room for the stay of the `search`, and what stands against its other plans. */
export function Offers({ room, search, timeZone }) {
  const offers = room.offers ?? [];
  const others = (room.restrictions ?? []).filter((it) => it.rate_plan_id !== null);
  const row = (offer) => html`<li key=${offer.rate_plan_id ?? ""} class="offer"><${Offer} offer=${offer} room=${room}
    search=${search} timeZone=${timeZone} /></li>`;
  const folded = offers.slice(SHOWN);
  if (offers.length + others.length === 0) return null;
  return html`<div class="offers">
    <ul aria-label=${t("offers.of", { room: inLanguage(room.name) })}>${offers.slice(0, SHOWN).map(row)}</ul>
    ${
      folded.length + others.length > 0 &&
      html`<details><summary>${t("offers.more", { count: folded.length + others.length })}</summary>
        <ul>${folded.map(row)}${others.map((told) => html`<li key=${told.rate_plan_id} class="offer"><${Restricted} told=${told} named /></li>`)}</ul>
      </details>`
    }
  </div>`;
}

function Offer({ offer, room, search, timeZone }) {
  const name = planName(offer);
  const due = { now: offer.due_now, later: offer.due_later };
  const whole = offer.nights.length > 1 || search.units > 1;
  return html`<div class="grow">
      <p class="row wrap"><strong>${name}</strong>${offer.min_level && html`<span class="badge accent">${t(`offers.level.${offer.min_level}`)}</span>`}</p>
      <p class="small">${breakfastsText(offer.breakfasts)} · ${payText(offer, due)}</p>
      <p class="small muted">${ruleText(offer, timeZone)}</p>
    </div>
    <div class="offer-end"><${Price} fen=${offer.total} />
      <small class="muted">${wholeText(search)}</small>
      ${whole && html`<small class="muted number">${nightText(offer)}</small>`}
      <${Link} class="button small" href=${bookingPath(room.room_id, offer)} aria-label=${t("offers.book", { name })}>${t("stay.book")}<//></div>`;
}

/**
 * Returns what a room is offered for on these dates: `{offers, restrictions}`. The totals are for the `party`; the prices of nights are
 * those of one unit whoever comes.
 */
export async function readOffers({ room_id: roomId, hotel_id: hotelId }, { check_in, check_out }, party = {}) {
  const rooms = await everything(api, `/api/hotels/${hotelId}/rooms`, { check_in, check_out, ...party });
  const { offers = [], restrictions = [] } = rooms.find((it) => it.room_id === roomId) ?? {};
  return { offers, restrictions };
}

/** Returns the address of the form that books an offer. */
export function bookingPath(roomId, { rate_plan_id: plan }) {
  return plan ? `/rooms/${roomId}/booking/${plan}` : `/rooms/${roomId}/booking`;
}
