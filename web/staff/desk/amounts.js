// The section of the price: nights, guests, extras and what is taken off.
import "./texts.js";
import { Banner, Price } from "../../shared/components.js";
import { day, money } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

/** Returns "Breakfast × 2, ¥68 each, per guest and night". */
function extraOf({ name, quantity, price, per }) {
  return t("desk.extra", { name: inLanguage(name), count: quantity, price: money(price), per: t(`desk.per.${per}`) });
}

export function Amounts({ booking, payments }) {
  const back = payments.reduce((sum, it) => sum + it.refunded, 0);
  const sum = (label, fen, look = "") =>
    html`<tr class=${look}><th scope="row" colspan="3">${label}</th><td class="right">${money(fen)}</td></tr>`;
  return html`<section class="card stack">
    <h2>${t("desk.amounts")}</h2>
    <table class="desk-sums">
      <thead><tr><th scope="col">${t("desk.night")}</th><th scope="col" class="right">${t("desk.price")}</th>
        <th scope="col" class="right">${t("desk.units")}</th><th scope="col" class="right">${t("desk.amount")}</th></tr></thead>
      <tbody>${booking.items.map(
        (
          it,
          at,
        ) => html`<tr key=${at}><td>${day(it.date, { weekday: true })}${it.room_id !== booking.room_id && html`<br /><span class="small muted">${inLanguage(it.room_name)}</span>`}</td><td class="right">${money(it.price)}</td>
          <td class="right">${it.units}</td><td class="right">${money(it.amount)}</td></tr>`,
      )}</tbody>
      <tfoot>
        ${booking.guests_total > 0 && sum(t("desk.more_guests"), booking.guests_total)}
        ${booking.extras?.map((it) => sum(extraOf(it), it.amount))}
        ${sum(t("desk.total"), booking.total)}
        ${booking.discount > 0 && sum(t("desk.discount"), -booking.discount)}
        ${booking.points_discount > 0 && sum(t("desk.points"), -booking.points_discount)}
        <tr class="total"><th scope="row" colspan="3">${t("desk.payable")}</th><td class="right"><${Price} fen=${booking.payable} /></td></tr>
        ${back > 0 && sum(t("desk.given_back"), -back)}
      </tfoot>
    </table>
    ${booking.payable === 0 && html`<${Banner}>${t("desk.nothing_to_pay")}<//>`}
  </section>`;
}
