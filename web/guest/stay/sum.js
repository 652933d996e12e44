// The price of a stay and its lines, as on a receipt.
import "./form/texts.js";
import { businessDate, day, money } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

/**
 * `nights` are `{date, units, amount, room?}`: `room` is the name of a room type that is not the stay's any more. `guests` is what more guests cost, `extras` are `{name, per, price, quantity, amount}`, `cuts` are
 * `[label, fen]` taken off the `total`, and `end` is the last line: `[label, fen]`. `due` are the lines
 * below it, `[label, fen]`: what of it is paid when. Amounts are in fen. `hotel` is whose year it is.
 */
export function Sum({ nights, guests = 0, extras = [], total, cuts = [], end, due = [], hotel }) {
  const year = businessDate(hotel).slice(0, 4);
  const off = cuts.filter(([, fen]) => fen > 0);
  return html`<section class="card stack" aria-labelledby="sum">
    <h2 id="sum">${t("book.sum")}</h2>
    <dl class="facts">
      ${nights.map(
        (
          it,
        ) => html`<dt>${day(it.date, { weekday: true, year: it.date.slice(0, 4) !== year })}${it.units > 1 && ` × ${it.units}`}${it.room && html` <small>${inLanguage(it.room)}</small>`}</dt>
          <dd>${money(it.amount)}</dd>`,
      )}
      ${guests > 0 && html`<dt>${t("book.more_guests")}</dt><dd>${money(guests)}</dd>`}
      ${extras.map((it) => html`<dt>${extraText(it)}</dt><dd>${money(it.amount)}</dd>`)}
      ${off.length > 0 && html`<dt>${t("book.total")}</dt><dd>${money(total)}</dd>`}
      ${off.map(([label, fen]) => html`<dt>${label}</dt><dd class="price">−${money(fen)}</dd>`)}
      <dt class="total">${end[0]}</dt><dd class="total">${money(end[1])}</dd>
      ${due.map(([label, fen]) => html`<dt>${label}</dt><dd>${money(fen)}</dd>`)}
    </dl>
  </section>`;
}

/** An extra with its quantity and its price: "早餐 × 2，¥68/人/晚". */
function extraText(extra) {
  return html`${inLanguage(extra.name)}${extra.quantity > 1 && ` × ${extra.quantity}`}
    <small class="number extra-price"> ${perText(extra)}</small>`;
}

/** Returns the price of an extra with what it is for: "¥68 每人每晚". */
export function perText({ price, per }) {
  return t(`book.per_${per}`, { price: money(price) });
}
