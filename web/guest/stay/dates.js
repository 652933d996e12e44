// The dates of the stay: the line that tells them, and the sheet where they are changed.
import "./texts.js";
import { Button, Sheet } from "../../shared/components.js";
import { addDays, day, today } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { Calendar } from "./calendar.js";
import { nightsText, setWish, useWish } from "./search.js";

const DAYS_AHEAD = 365;

/** A cell that tells arrival, departure and nights; pressed it opens the calendar. */
export function Dates() {
  const wish = useWish();
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="dates" onClick=${() => setOpen(true)} aria-haspopup="dialog">
      <span><small>${t("stay.arrival")}</small><strong class="number">${day(wish.check_in, { weekday: true })}</strong></span>
      <span class="badge">${nightsText(wish)}</span>
      <span><small>${t("stay.departure")}</small><strong class="number">${day(wish.check_out, { weekday: true })}</strong></span>
      <span class="go"><${Icon} name="calendar" size="20" /></span>
    </button>
    ${open && html`<${DatesSheet} wish=${wish} onClose=${() => setOpen(false)} />`}`;
}

function DatesSheet({ wish, onClose }) {
  const [range, setRange] = useState({ check_in: wish.check_in, check_out: wish.check_out });
  const done = () => {
    setWish(range);
    onClose();
  };
  const first = today();
  return html`<${Sheet} title=${t("stay.dates")} onClose=${onClose}>
    <p class="small muted" role="status">${range.check_out ? t("stay.pick_arrival") : t("stay.pick_departure")}</p>
    <${Calendar} range=${range} first=${first} last=${addDays(first, DAYS_AHEAD)} onPick=${setRange} />
    <${Button} wide disabled=${!range.check_out} onClick=${done}>${
      range.check_out ? t("stay.dates_done", { nights: nightsText(range) }) : t("stay.pick_departure")
    }<//>
  <//>`;
}
