// The printed folio: every line of a stay, and the sums.
import { lineText } from "../../shared/folio/lines.js";
import { day, moment, today } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { taxIn } from "../../shared/tax.js";
import { html } from "../../vendor/preact.js";
import { methodText } from "./money.js";
import { datesOf, exact, facts, letterhead, line, roomsOf } from "./print_parts.js";

export function folioSheet({ booking, folio, hotel }) {
  const zone = hotel.time_zone;
  return html`${letterhead(hotel, t("folio.title"), booking)}
    ${facts([
      [t("desk.guest"), booking.guest_name],
      [t("desk.room"), roomsOf(booking)],
      ...datesOf(booking, hotel),
      [t("print.printed_on"), day(today(zone), { year: true })],
    ])}
    <table class="paper-lines">
      <thead><tr><th scope="col">${t("desk.date")}</th><th scope="col">${t("desk.line")}</th>
        <th scope="col" class="right">${t("print.charged")}</th><th scope="col" class="right">${t("print.paid")}</th></tr></thead>
      <tbody>${folio.lines.map(
        (it) => html`<tr key=${it.line_id}><td class="number">${dateOf(it, zone)}</td><td>${textOf(it)}</td>
          <td class="right">${isMoney(it) ? "" : exact(it.amount)}</td><td class="right">${isMoney(it) ? exact(-it.amount) : ""}</td></tr>`,
      )}</tbody>
      <tbody class="sums">
        <tr><th scope="row" colspan="2">${t("print.sums")}</th><td class="right">${exact(folio.charges)}</td><td class="right">${exact(folio.paid)}</td></tr>
        ${taxOf(folio.charges, hotel.tax_rate_bp)}
        <tr class="balance"><th scope="row" colspan="2">${balanceText(folio.balance)}</th><td class="right" colspan="2">${exact(Math.abs(folio.balance))}</td></tr>
      </tbody>
    </table>
    <p class="paper-hint">${t("print.in_yuan")}</p>
    <div class="signatures">${facts([
      [t("print.guest_signs"), line],
      [t("print.hotel_signs"), line],
    ])}</div>`;
}

/** The tax that is contained in what was charged; nothing where the hotel has told no rate. */
function taxOf(charges, rate) {
  if (rate === null || rate === undefined) return null;
  return html`<tr><th scope="row" colspan="2">${t("print.tax", { percent: rate / 100 })}</th>
    <td class="right">${exact(taxIn(charges, rate))}</td><td></td></tr>`;
}

function balanceText(balance) {
  if (balance === 0) return t("folio.even");
  return t(balance > 0 ? "folio.owes" : "folio.credit");
}

function isMoney({ kind }) {
  return kind === "payment" || kind === "refund";
}

/** Returns the night that a room's line is for, or else the day on which a line was added, by the hotel's clock. */
function dateOf({ date, at }, timeZone) {
  return date ? day(date) : moment(at, { timeZone, dayOnly: true });
}

/** Returns what a line is for; its date has a column of its own, and a refund says how it was given back. */
function textOf(it) {
  if (it.kind === "room" && it.date) return inLanguage(it.description);
  const way = it.kind === "refund" && it.method && methodText(it.method);
  return [lineText(it), way, it.reference].filter(Boolean).join(" · ");
}
