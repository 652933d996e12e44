// The room types that a hotel can still give for a stay, each with its price for the guests: a list to choose from.
import "./new_texts.js";
import { everything } from "../../shared/api.js";
import { Loading, Price } from "../../shared/components.js";
import { day, nightsBetween } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { guestsPrice, holds } from "../../shared/occupancy.js";
import { html, useId } from "../../vendor/preact.js";
import { api } from "../session.js";

/** What the API shows as left of a room type that never sells out. */
const MANY = 999;

/** Loads the room types on sale, as `{of, rooms}`. While a date is typed, and not complete, there are none. */
export function useOffers(hotel, { check_in: begin, check_out: end }) {
  return useLoad(async () => {
    const asked = { check_in: begin, check_out: end };
    const rooms = begin && end ? await everything(api, `/api/hotels/${hotel.hotel_id}/rooms`, asked) : [];
    return { of: asked, rooms };
  }, [hotel.hotel_id, begin, end]);
}

/**
 * Returns the offers for the guests, the cheapest first and the impossible ones last: `{room, total, left, obstacle}`. Rooms are read for
 * one unit and one adult, so that each press shows its price at once. Those of other dates are no offers; nor is there one without a party.
 */
export function offersFor(data, stay, party) {
  const current = data && party && data.of.check_in === stay.check_in && data.of.check_out === stay.check_out;
  return current ? sorted(data.rooms, stay, party) : [];
}

function sorted(rooms, stay, party) {
  const nights = nightsBetween(stay.check_in, stay.check_out);
  const offers = rooms.map((room) => ({
    room,
    left: room.available,
    total: room.total === null ? null : room.total * party.units + guestsPrice(room, party) * nights,
    obstacle: obstacleOf(room, party),
  }));
  const rank = (it) => (it.obstacle ? 1e12 : it.total);
  return offers.sort((one, other) => rank(one) - rank(other));
}

function obstacleOf(room, party) {
  if (room.total === null) return t("new.not_open");
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

/** The list. `chosen` is an offer or null. */
export function RoomChoice({ from, offers, chosen, wrong, onChange }) {
  const note = useId();
  return html`<fieldset class="field desk-offers" aria-describedby=${note} aria-busy=${from.loading ? "true" : undefined}>
    <legend class="label">${t("desk.room")}</legend>
    ${from.loading && offers.length === 0 && html`<${Loading} rows=${2} />`}
    ${offers.map(
      (it) => html`<label key=${it.room.room_id} class=${it.obstacle ? "cell none" : "cell"}>
        <input type="radio" name="room_id" value=${it.room.room_id} checked=${it === chosen} disabled=${it.obstacle && it !== chosen}
          aria-invalid=${it === chosen && (wrong || it.obstacle) ? "true" : undefined} onChange=${() => onChange(it.room.room_id)} />
        <span class="grow"><strong>${inLanguage(it.room.name)}</strong>${it.room.bed && html` <span class="muted small">${inLanguage(it.room.bed)}</span>`}
          <br /><span class=${it === chosen && it.obstacle ? "wrong" : "small muted"}>${it.obstacle ?? leftText(it.left)}</span></span>
        ${it.total !== null && html`<${Price} fen=${it.total} />`}
      </label>`,
    )}
    <span class="wrong" id=${note}>${wrong !== chosen?.obstacle && wrong}</span>
  </fieldset>`;
}
