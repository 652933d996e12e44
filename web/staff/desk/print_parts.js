// Parts of what is printed. They are functions, not components: a sheet is written at once, in its own language.
import { day, money, nightsBetween } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

/** The head of a sheet: who the hotel is, what this paper is, and of which order. */
export function letterhead(hotel, title, { order_no: orderNo }) {
  const lines = [
    inLanguage(hotel.address),
    t("print.phone_of", { phone: hotel.phone }),
    hotel.tax_number && t("print.tax_number_of", { number: hotel.tax_number }),
  ];
  return html`<header class="letterhead">
    <div><p class="hotel">${inLanguage(hotel.name)}</p>${lines.filter(Boolean).map((it) => html`<p>${it}</p>`)}</div>
    <div class="what"><h2>${title}</h2><p class="number">${orderNo}</p></div>
  </header>`;
}

/** Terms and values in two columns; what has no value is left out. `line` draws a line to write on. */
export function facts(pairs) {
  return html`<dl class="paper-facts">${pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A line to write on by hand. */
export const line = html`<span class="by-hand"></span>`;

/** Returns the facts of a stay's two dates, with the hotel's hours; of a day use with the guest's own, and without nights. */
export function datesOf(booking, hotel) {
  const { check_in: from, check_out: to } = booking;
  const nights = nightsBetween(from, to);
  const hours = nights === 0 ? booking : hotel;
  const arrival = { day: day(from, { year: true, weekday: true }), time: hours.check_in_time };
  const departure = { day: day(to, { year: true, weekday: true }), time: hours.check_out_time };
  return [
    [t("print.arrival"), t("print.since", arrival)],
    [t("print.departure"), t("print.until", departure)],
    [t("print.length"), nights || null],
  ];
}

/** Returns the room types of a booking, and its rooms by number where it has some: "Alley Twin × 2 (301, 302)". */
export function roomsOf({ room_name: name, units, numbers }) {
  const rooms = units === 1 ? inLanguage(name) : t("desk.rooms_of", { room: inLanguage(name), count: units });
  return numbers?.length ? t("print.numbers", { rooms, numbers: numbers.join(", ") }) : rooms;
}

/** An amount as papers show it: always with two decimals. */
export const exact = (fen) => money(fen, { exact: true });
