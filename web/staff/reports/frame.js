// The frame of the reports: which report, and of which hotels.
import "./texts.js";
import { Field, Segments } from "../../shared/components.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useLocation } from "../../vendor/preact.js";
import { AtHotel, useHotel } from "../desk/hotels.js";
import { Page } from "../shell.js";

const REPORTS = [
  ["/reports", "reports.daily"],
  ["/reports/pick-up", "reports.pick_up"],
];
/** The value of the choice of all hotels. */
const ALL = "";

/** A page with the choices; `children(hotel)` gets the chosen hotel, null for all of them together. */
export function Report({ of, all, onAll, children }) {
  const [, go] = useLocation();
  const place = useHotel();
  return html`<${Page} title=${t("page.reports")}>
    <${Segments} look="tabs" label=${t("page.reports")} value=${of} onChange=${go}
      options=${REPORTS.map(([path, name]) => [path, t(name)])} />
    <${AtHotel} place=${place}>${(hotel) => html`
      <div class="filters"><${Choice} place=${place} all=${all} onAll=${onAll} /></div>
      ${children(all && place.hotels.length > 1 ? null : hotel)}`}<//>
  <//>`;
}

function Choice({ place, all, onAll }) {
  if (place.hotels.length === 1) return html`<strong>${inLanguage(place.hotel.name)}</strong>`;
  const choose = (value) => {
    onAll(value === ALL);
    if (value !== ALL) place.choose(value);
  };
  return html`<${Field} label=${t("desk.hotel")} value=${all ? ALL : place.hotel.hotel_id} onInput=${choose}>
    <option value=${ALL} selected=${all}>${t("reports.all_hotels", { count: place.hotels.length })}</option>
    ${place.hotels.map((it) => html`<option value=${it.hotel_id} selected=${!all && it === place.hotel}>${inLanguage(it.name)}</option>`)}
  <//>`;
}
