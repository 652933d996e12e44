// Why a stay cannot be booked as it is filled in, or why the API refused it, with what to do: in one place of the form.
import "./form/texts.js";
import { Alert, Button } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { restrictionText } from "../../shared/restriction.js";
import { html, Link } from "../../vendor/preact.js";
import { tooManyText, unitsFor } from "./capacity.js";
import { Restricted } from "./restricted.js";

const TROUBLES = new Set([
  "price_changed",
  "sold_out",
  "coupon_unusable",
  "not_on_sale",
  "too_many_guests",
  "restricted",
  "level_too_low",
]);

/** Returns a refusal that the form explains: `{code, facts}`; null for another error. */
export function troubleOf(error) {
  if (error.errors?.some(({ field }) => field.startsWith("extras"))) return { code: "extras_changed", facts: {} };
  return TROUBLES.has(error.code) ? { code: error.code, facts: error.body } : null;
}

/**
 * What stands against the booking. `is` says what the page knows: `{small, full, restriction, gone}`, `trouble` is the API's refusal.
 */
export function Obstacle({ is, trouble, room, party, price, back, changeParty, onDates, most }) {
  const onUnits = (units) => changeParty({ units });
  if (is.small) return html`<${TooMany} room=${room} party=${party} most=${most} onUnits=${onUnits} />`;
  if (is.full) return html`<${Full} price=${price} back=${back} units=${party.units} onFewer=${onUnits} />`;
  if (is.restriction)
    return html`<${Alert} tone="warn" look="full"><${Restricted} told=${is.restriction} onTake=${onDates} /><//>`;
  if (is.gone) return html`<${OtherRate} why=${t("book.plan_gone")} back=${back} />`;
  if (!trouble) return null;
  if (trouble.code === "level_too_low") {
    const level = t(`offers.level.${trouble.facts.min_level}`);
    return html`<${OtherRate} why=${t("book.level_too_low", { level })} back=${back} />`;
  }
  const why = trouble.code === "restricted" ? restrictionText(trouble.facts) : "";
  const parameters = { before: money(trouble.before), now: money(price?.payable ?? 0), why };
  return html`<${Alert} tone="warn" of=${trouble}>${t(`book.${trouble.code}`, parameters)}<//>`;
}

/** Says that the rooms do not hold the guests, and offers as many rooms as do. */
function TooMany({ room, party, most, onUnits }) {
  const units = unitsFor(room, party);
  return html`<${Alert} tone="warn" look="full">
    <p>${tooManyText(room, party)}</p>
    ${units <= most && html`<p><${Button} kind="plain" small onClick=${() => onUnits(units)}>${t("book.take", { left: units })}<//></p>`}
  <//>`;
}

function Full({ price, back, units, onFewer }) {
  const left = price?.offer.available || 0;
  return html`<${Alert} tone="warn" look="full">
    <p>${left > 0 ? t("book.fewer_left", { left, units }) : t("book.nothing_left")}</p>
    <p class="row wrap">${left > 0 && html`<${Button} kind="plain" small onClick=${() => onFewer(left)}>${t("book.take", { left })}<//>`}
      <${Link} class="button plain small" href=${back}>${t("stay.other_dates")}<//></p>
  <//>`;
}

/** Says why the plan cannot be booked, and leads to the other ones. */
function OtherRate({ why, back }) {
  return html`<${Alert} tone="warn" look="full"><p>${why}</p>
    <p><${Link} class="button plain small" href=${back}>${t("book.other_rate")}<//></p><//>`;
}
