// The takings of a business date: what a hotel's desk took and gave back, by way and person.
import "./texts.js";
import "./takings_texts.js";
import { Empty, Loaded } from "../../shared/components.js";
import { businessDate, day, money } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { DateStepper } from "./dates.js";
import { AtHotel, HotelChooser, useHotel } from "./hotels.js";
import { METHODS, methodText } from "./money.js";
import { PrintButton } from "./print_button.js";

const POLL_MS = 30_000;

export function Takings() {
  const place = useHotel();
  return html`<${Page} title=${t("page.takings")} actions=${html`<${PrintButton} />`}>
    <${AtHotel} place=${place}>${(hotel) => html`<${Day} key=${hotel.hotel_id} place=${place} hotel=${hotel} />`}<//>
  <//>`;
}

function Day({ place, hotel }) {
  const now = businessDate(hotel);
  const [date, setDate] = useState(now);
  const query = { hotel_id: hotel.hotel_id, date };
  const from = useLoad(() => api.get("/api/staff/takings", query), [hotel.hotel_id, date]);
  usePoll(from.reload, POLL_MS, date >= now);
  return html`<div class="desk-bar unprinted">
      <${HotelChooser} place=${place} />
      <${DateStepper} date=${date} now=${now} onChange=${setDate} />
    </div>
    <p class="printed"><strong>${inLanguage(hotel.name)}</strong> · ${day(date, { weekday: true, year: true })}</p>
    <${Loaded} from=${from} rows=${4}>
      ${(data) => html`<div class=${data.date === date ? "stack" : "stack desk-stale"} aria-busy=${data.date !== date}>
        <${Whole} takings=${data} /></div>`}
    <//>`;
}

function Whole({ takings: { items, closed, date } }) {
  const state = html`<p class="row wrap"><${Badge} tone=${closed ? "calm" : "good"}>${t(closed ? "takings.closed" : "takings.open")}<//>
    <span class="muted small">${t(closed ? "takings.closed_hint" : "takings.open_hint")}</span></p>`;
  if (items.length === 0) return html`${state}<${Empty} title=${t("takings.none", { day: day(date) })} />`;
  const groups = METHODS.map((it) => [it, items.filter(({ method }) => method === it)]).filter(
    ([, rows]) => rows.length,
  );
  return html`${state}<div class="card"><table class="desk-sums desk-takings">
    <caption class="unseen">${t("page.takings")}</caption>
    <thead><tr><th scope="col">${t("takings.who")}</th><th scope="col" class="right">${t("takings.taken")}</th>
      <th scope="col" class="right">${t("takings.given_back")}</th><th scope="col" class="right">${t("takings.net")}</th></tr></thead>
    ${groups.map(
      ([method, rows]) => html`<tbody key=${method}>
      <tr class="total">${sums(methodText(method), rows, "rowgroup")}</tr>
      ${rows.map((it) => html`<tr key=${it.username}>${sums(it.username, [it], "row")}</tr>`)}</tbody>`,
    )}
    <tfoot><tr class="total">${sums(t("takings.all"), items, "row")}</tr></tfoot>
  </table></div>`;
}

/** The cells of some rows together: how many payments and refunds, and their sums. */
function sums(name, rows, scope) {
  const of = (field) => rows.reduce((sum, it) => sum + it[field], 0);
  return html`<th scope=${scope}>${name} <small class="muted">${t("takings.count", { count: of("count") })}</small></th>
    <td class="right">${money(of("taken"))}</td><td class="right">${money(-of("given_back"))}</td>
    <td class="right">${money(of("taken") - of("given_back"))}</td>`;
}
