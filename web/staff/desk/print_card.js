// The registration card: what the hotel knows of a stay, and lines for what the guest fills in and signs.
import { day, nightsBetween } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { isGuest } from "./folio.js";
import { datesOf, exact, facts, letterhead, line, roomsOf } from "./print_parts.js";
import { guestsOf } from "./stay_text.js";

/** So many guests have a line each on one sheet. */
const MOST_LINES = 8;

/** `options.notes` prints what staff noted too: the guest reads the card. */
export function cardSheet({ booking, folio, hotel }, { notes }) {
  return html`${letterhead(hotel, t("print.card"), booking)}
    ${facts([
      [t("desk.guest"), booking.guest_name],
      [t("desk.phone"), html`<span class="number">${booking.phone_number}</span>`],
      [t("desk.room"), roomsOf(booking)],
      [t("desk.guests"), guestsOf(booking)],
      ...datesOf(booking, hotel),
      [t("desk.arrival_time"), booking.arrival_time],
    ])}
    <h3>${t("print.rate")}</h3>
    <table class="paper-lines"><thead><tr><th scope="col">${t("desk.night")}</th><th scope="col" class="right">${t("desk.price")}</th>
        <th scope="col" class="right">${t("desk.units")}</th><th scope="col" class="right">${t("desk.amount")}</th></tr></thead>
      <tbody>${ratesOf(booking.items).map(
        (it) => html`<tr><td>${nightsText(it, booking)}</td><td class="right">${exact(it.price)}</td>
          <td class="right">${it.units}</td><td class="right">${exact(it.amount)}</td></tr>`,
      )}</tbody>
      <tbody class="sums">
        <tr><th scope="row" colspan="3">${t("folio.charges")}</th><td class="right">${exact(folio.charges)}</td></tr>
        <tr><th scope="row" colspan="3">${t("folio.paid")}</th><td class="right">${exact(folio.paid)}</td></tr>
        <tr class="balance"><th scope="row" colspan="3">${t("folio.owes")}</th><td class="right">${exact(Math.max(0, folio.balance))}</td></tr>
      </tbody></table>
    ${asked(booking, notes).map(([title, text]) => html`<h3>${title}</h3><p class="paper-notes">${text}</p>`)}
    <h3>${t("print.guests")}</h3>
    <table class="paper-lines paper-guests"><thead><tr><th scope="col">${t("print.name")}</th><th scope="col">${t("print.document")}</th>
        <th scope="col">${t("print.document_number")}</th></tr></thead>
      <tbody>${Array.from({ length: linesFor(booking) }, (_, at) => html`<tr><td>${at === 0 ? booking.guest_name : ""}</td><td></td><td></td></tr>`)}</tbody></table>
    <div class="signatures">${facts([
      [t("print.address"), line],
      [t("print.plate"), line],
      [t("print.guest_signs"), line],
      [t("print.signed_on"), line],
      [t("print.hotel_signs"), line],
    ])}</div>`;
}

function linesFor({ adults, children }) {
  return Math.min(MOST_LINES, Math.max(1, adults + children));
}

/** Returns the texts of notes: those of staff, or what the guest asked for. */
function textsOf({ notes }, ofGuest) {
  return notes.filter(({ by }) => isGuest(by) === ofGuest).map(({ text }) => text);
}

/** Whether staff have noted something of a booking. */
export function hasNotes(booking) {
  return textsOf(booking, false).length > 0;
}

/** Returns what the guest asked for, and what staff noted if it is wanted: `[title, text]`. */
function asked(booking, withNotes) {
  return [
    [t("print.requests"), textsOf(booking, true).join("\n")],
    [t("print.notes"), withNotes && textsOf(booking, false).join("\n")],
  ].filter(([, text]) => text);
}

/** Returns nights that follow each other at the same price as one: `{from, to, nights, room, price, units, amount}`. */
function ratesOf(items) {
  const rates = [];
  for (const { date, room_name: room, price, units, amount } of items) {
    const same = (it) => it.room === room && it.price === price && it.units === units;
    const before = rates.find((it) => same(it) && nightsBetween(it.to, date) === 1);
    if (before) Object.assign(before, { to: date, nights: before.nights + 1, amount: before.amount + amount });
    else rates.push({ from: date, to: date, nights: 1, room, price, units, amount });
  }
  return rates;
}

/** Returns the nights of a rate, with the room type where it is another one than the booking's. */
function nightsText({ from, to, nights, room }, { room_name: booked }) {
  const dates = nights === 1 ? day(from) : t("print.nights", { from: day(from), to: day(to), count: nights });
  return room === booked ? dates : `${dates} · ${inLanguage(room)}`;
}
