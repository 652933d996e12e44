// A list of guests at the desk: name, room, dates, and the next step.
import { Status } from "../../shared/components.js";
import { localTime, money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { keepList } from "./filters.js";
import { MoveButtons } from "./moves.js";
import { Said } from "./said.js";
import { guestsOf, roomOf, stayOf } from "./stay_text.js";

/** Guests are paid otherwise, or in the house: the list says it. */
const SHOWN = new Set(["pending_payment", "reserved"]);
const EXPECTED = new Set(["paid", "reserved"]);
const OWES = new Set(["paid", "reserved", "checked_in"]);

/** `quiet`: only for information, without buttons. */
export function Guests({ bookings, now, ask, empty, quiet = false }) {
  if (bookings.length === 0) return html`<p class="card desk-none">${empty}</p>`;
  return html`<ul class="cells">
    ${bookings.map((it) => html`<li key=${it.order_no}><${Guest} booking=${it} now=${now} ask=${(name) => ask(name, it)} quiet=${quiet} /></li>`)}
  </ul>`;
}

function Guest({ booking, now, ask, quiet }) {
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
      <p class="muted small number">${stayOf(booking)}${booking.source !== "online" && html` · ${t(`desk.source.${booking.source}`)}`}</p>
      ${!quiet && booking.status === "reserved" && booking.expires_at && html`<p class="small">${t("desk.held_until", { at: localTime(booking.expires_at, booking.time_zone) })}</p>`}
      ${!quiet && html`<${Said} booking=${booking} />`}
    </div>
    ${!quiet && html`<${MoveButtons} booking=${booking} now=${now} ask=${ask} />`}
  </div>`;
}

function isParty({ adults, children }) {
  return adults > 1 || children > 0;
}
