// What stands against a stay though there are rooms, told as what is possible instead. It is not sold out.
import "./offer_texts.js";
import { Button } from "../../shared/components.js";
import { day } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";
import { restrictionText } from "../../shared/restriction.js";
import { html } from "../../vendor/preact.js";
import { nightsText, setSearch } from "./search.js";

/** A restriction in a line, and a button that takes the dates that are possible instead. `onTake` hears of them. */
export function Restricted({ told, named = false, onTake = setSearch }) {
  const why = restrictionText(told);
  return html`<div class="restricted">
    <p class="small">${named && told.rate_plan_id ? t("restricted.plan", { name: inLanguage(told.name), why }) : why}</p>
    ${told.possible && html`<${Button} kind="plain" small onClick=${() => onTake(told.possible)}>${insteadText(told)}<//>`}
  </div>`;
}

/** Returns in words which dates the button takes. */
function insteadText({ restriction, possible }) {
  const words = { nights: nightsText(possible), check_in: day(possible.check_in), check_out: day(possible.check_out) };
  return t(restriction === "closed_to_arrival" ? "restricted.arrive" : "restricted.stay", words);
}

/** Returns what the calendar has against the stay: it holds for every plan. Null if it has nothing. */
export function ofCalendar(restrictions) {
  return restrictions?.find((it) => it.rate_plan_id === null) ?? null;
}
