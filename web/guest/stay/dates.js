// The dates of the stay: the line that shows them, and the sheet that changes them.
import "./texts.js";
import { Button, Segments, Sheet } from "../../shared/components.js";
import { addDays, businessDate, day, weekday } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { Calendar } from "./calendar.js";
import { asDayUse, firstDate, isDayUse, nightsText, setSearch, useSearch } from "./search.js";

const DAYS_AHEAD = 365;

/** A button that shows check-in, check-out and nights. A press opens the calendar: of `hotel`, or of all hotels. */
export function Dates({ hotel }) {
  const search = useSearch();
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="dates" onClick=${() => setOpen(true)} aria-haspopup="dialog">
      <${Ends} range=${search} />
      <span class="go"><${Icon} name="calendar" size="20" /></span>
    </button>
    ${open && html`<${DatesSheet} search=${search} hotel=${hotel} onClose=${() => setOpen(false)} />`}`;
}

/** Whether the room is wanted for the night or by the hour: then it has one date. */
export function ByTheHour() {
  const search = useSearch();
  const kinds = [false, true].map((hourly) => [hourly, t(hourly ? "stay.by_the_hour" : "stay.overnight")]);
  return html`<${Segments} label=${t("stay.kind")} options=${kinds} value=${isDayUse(search)}
    onChange=${(hourly) => setSearch(asDayUse(search, hourly))} />`;
}

/** Check-in, nights and check-out in one line; for day use the date, and `hours` if they are known. */
export function Ends({ range, hours }) {
  if (isDayUse(range)) {
    return html`<${End} label=${t("stay.date")} date=${range.check_in} /><span class="badge">${nightsText(range)}</span>
      ${hours && html`<span class="stay-end"><small>${t("stay.hours_of_use")}</small><strong class="number">${hours}</strong></span>`}`;
  }
  return html`<${End} label=${t("stay.arrival")} date=${range.check_in} /><span class="badge">${nightsText(range)}</span>
    <${End} label=${t("stay.departure")} date=${range.check_out} />`;
}

function End({ label, date }) {
  return html`<span class="stay-end"><small>${label} ${weekday(date)}</small><strong class="number">${day(date)}</strong></span>`;
}

function DatesSheet({ search, hotel, onClose }) {
  const [range, setRange] = useState({ check_in: search.check_in, check_out: search.check_out });
  const done = () => {
    setSearch(range);
    onClose();
  };
  const first = hotel ? businessDate(hotel) : firstDate();
  const hourly = isDayUse(search);
  return html`<${Sheet} title=${t(hourly ? "stay.one_date" : "stay.dates")} onClose=${onClose}>
    ${!hourly && html`<p class="small muted" role="status">${range.check_out ? t("stay.pick_arrival") : t("stay.pick_departure")}</p>`}
    <${Calendar} range=${range} first=${first} last=${addDays(first, DAYS_AHEAD)} single=${hourly} onPick=${setRange} />
    <${Button} wide disabled=${!range.check_out} onClick=${done}>${doneText(range)}<//>
  <//>`;
}

function doneText(range) {
  if (!range.check_out) return t("stay.pick_departure");
  const nights = isDayUse(range) ? day(range.check_in) : nightsText(range);
  return t(isDayUse(range) ? "stay.date_done" : "stay.dates_done", { nights });
}
