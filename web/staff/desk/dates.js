// Buttons to other days: some days back or forward, any day, and today.
import { Button, Field } from "../../shared/components.js";
import { addDays, day } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

/** `by` is how many days a press moves. `children` are shown in the place of the day. `more` comes after the buttons.
 * `home` names the day `now`, if it is not today. */
export function DateStepper({ date, now, onChange, by = 1, more, home, children }) {
  const pick = (value) => value && onChange(value);
  const step = (days, icon, label) => html`<button type="button" class="icon-button" aria-label=${label}
    onClick=${() => onChange(addDays(date, days))}><${Icon} name=${icon} /></button>`;
  return html`<div class="desk-dates" role="group" aria-label=${t("desk.date")}>
    ${step(-by, "back", t(by === 1 ? "desk.day_before" : "desk.days_before", { count: by }))}
    <strong class="number">${children ?? day(date, { weekday: true })}</strong>
    ${step(by, "go", t(by === 1 ? "desk.day_after" : "desk.days_after", { count: by }))}
    <${Field} label=${t("desk.date")} type="date" value=${date} onInput=${pick} />
    ${more}
    ${date !== now && html`<${Button} kind="plain" small onClick=${() => onChange(now)}>${home ?? t("desk.to_today")}<//>`}
  </div>`;
}
