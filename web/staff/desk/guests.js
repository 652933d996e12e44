// A list of guests at the desk: name, room, dates, and the next step.
import { Status } from "../../shared/components.js";
import { day, money, nightsBetween } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { keepList } from "./filters.js";
import { Moves } from "./moves.js";

/** Guests are paid otherwise, or in the house: the list says it. */
const SHOWN = new Set(["pending_payment", "reserved"]);
const EXPECTED = new Set(["paid", "reserved"]);
const OWES = new Set(["paid", "reserved", "checked_in"]);

/** `quiet`: only for information, without buttons. */
export function Guests({ bookings, now, onMoved, empty, quiet = false }) {
  if (bookings.length === 0) return html`<p class="card desk-none">${empty}</p>`;
  return html`<ul class="cells">
    ${bookings.map((it) => html`<li key=${it.order_no}><${Guest} booking=${it} now=${now} onMoved=${onMoved} quiet=${quiet} /></li>`)}
  </ul>`;
}

function Guest({ booking, now, onMoved, quiet }) {
  const late = booking.status === "checked_in" && booking.check_out < now;
  return html`<div class="cell desk-guest">
    <div class="grow">
      <p class="row wrap"><${Link} href=${`/bookings/${booking.order_no}`} onClick=${() => keepList({ back: "/" })} class="desk-name">${booking.guest_name}<//>
        <span class="muted small number">${booking.phone_number}</span>
        ${(quiet || SHOWN.has(booking.status)) && html`<${Status} of=${booking.status} />`}
        ${!quiet && OWES.has(booking.status) && booking.balance > 0 && html`<span class="badge warn number">${t("desk.owes", { amount: money(booking.balance) })}</span>`}
        ${late && html`<span class="badge bad">${t("desk.overstayed")}</span>`}
        ${!quiet && EXPECTED.has(booking.status) && booking.arrival_time && html`<span class="badge calm number">${t("desk.comes_at", { time: booking.arrival_time })}</span>`}
      </p>
      <p>${roomOf(booking)}${isParty(booking) && html`<span class="muted small"> · ${guestsOf(booking)}</span>`}</p>
      <p class="muted small number">${stayOf(booking)}</p>
    </div>
    ${!quiet && html`<${Moves} booking=${booking} now=${now} onMoved=${onMoved} />`}
  </div>`;
}

function isParty({ adults, children }) {
  return adults > 1 || children > 0;
}

/** Returns "Courtyard King", with the number of rooms if more than one. */
export function roomOf(booking) {
  const room = inLanguage(booking.room_name);
  return booking.units > 1 ? t("desk.rooms_of", { room, count: booking.units }) : room;
}

/** Returns "3 adults, 1 child". */
export function guestsOf({ adults, children }) {
  const told = [t(adults === 1 ? "desk.adult" : "desk.adults", { count: adults })];
  if (children > 0) told.push(t(children === 1 ? "desk.child" : "desk.children", { count: children }));
  return told.join(t("desk.comma"));
}

/** Returns "21 Nov – 23 Nov, 2 nights". */
export function stayOf(booking) {
  const nights = nightsBetween(booking.check_in, booking.check_out);
  return t(nights === 1 ? "desk.stay_one" : "desk.stay", {
    from: day(booking.check_in),
    to: day(booking.check_out),
    count: nights,
  });
}
