// The folio of a stay as its guest sees it: what came after the booking, what was paid, and what is still owed.
import "./texts.js";
import { balanceOf, isBooked, lineText } from "../../shared/folio/lines.js";
import { moment, money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { t, textOr } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";

/** The states in which a payment may be opened for the balance. One that awaits its payment is paid as an order. */
const PAYABLE = new Set(["reserved", "paid", "checked_in"]);

/** Returns what the guest can pay now of the folio, in fen. */
export function owedOf({ status, balance }) {
  return PAYABLE.has(status) ? Math.max(0, balance) : 0;
}

/** What was booked is one line: its parts stand in the price details above. */
export function Folio({ booking }) {
  const { order_no: orderNo, charges, paid } = booking;
  // The page also works without it.
  const folio = useLoad(() => api.get(`/api/bookings/${orderNo}/folio`), [orderNo, charges, paid]).data;
  if (!folio) return null;
  const booked = folio.lines.filter(isBooked).reduce((sum, it) => sum + it.amount, 0);
  const [label, balance] = balanceOf(folio);
  return html`<section class="card stack" aria-labelledby="folio"><h2 id="folio">${t("folio.title")}</h2>
    <dl class="facts">
      <dt>${t("orders.booked")}</dt><dd>${money(booked)}</dd>
      ${folio.lines
        .filter((it) => !isBooked(it))
        .map(
          (it) =>
            html`<dt>${lineText(it)} <small class="number folio-about">${aboutOf(it)}</small></dt><dd>${money(it.amount)}</dd>`,
        )}
      ${folio.tax !== null && html`<dt class="muted">${t("folio.tax", { percent: folio.tax_rate_bp / 100 })}</dt><dd class="muted">${money(folio.tax)}</dd>`}
      <dt class="total">${label}</dt><dd class="total">${money(balance)}</dd>
    </dl>
  </section>`;
}

function aboutOf({ kind, at }) {
  return [textOr(`folio.kind.${kind}`, kind), moment(at)].join(" · ");
}
