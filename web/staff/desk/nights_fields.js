// The fields of a change of nights: days of the week, price, units, sale and restrictions.
import "./nights_texts.js";
import { Button, Field, Segments } from "../../shared/components.js";
import { locale, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { BOUNDS, STOPS } from "./night_changes.js";

export const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
// The day before a Monday, for the names of the days of the week.
const SUNDAY = Date.UTC(2026, 0, 4);

/** Returns the short name of a day of the week; 1 is Monday. */
export function weekdayName(one) {
  const name = new Intl.DateTimeFormat(locale(), { weekday: "short", timeZone: "UTC" });
  return name.format(new Date(SUNDAY + one * 86_400_000));
}

/** The choice of days of the week, 1 is Monday: weekends have other prices. `there` are the days that the range has. */
export function Weekdays({ there, days, onChange }) {
  const turn = (one) => {
    const next = new Set(days);
    if (!next.delete(one)) next.add(one);
    onChange(next);
  };
  return html`<fieldset class="desk-weekdays"><legend>${t("desk.on_days")}</legend>
    ${EVERY_DAY.map(
      (
        one,
      ) => html`<label class="check"><input type="checkbox" checked=${days.has(one) && there.has(one)} disabled=${!there.has(one)} onChange=${() => turn(one)} />
      ${weekdayName(one)}</label>`,
    )}
    <div class="row wrap">
      <${Button} kind="plain" small onClick=${() => onChange(new Set(EVERY_DAY))}>${t("desk.every_day")}<//>
      <${Button} kind="plain" small onClick=${() => onChange(new Set([7, 1, 2, 3, 4]))}>${t("desk.week_nights")}<//>
      <${Button} kind="plain" small onClick=${() => onChange(new Set([5, 6]))}>${t("desk.weekend_nights")}<//>
    </div>
  </fieldset>`;
}

/** The price as an amount, or as so many percent more or less of what is there. `hint` says what it does. */
export function PriceField({ typed, type, wrong, hint }) {
  const ways = ["amount", "percent"].map((it) => [it, t(`nights.by_${it}`)]);
  const isAmount = typed.how === "amount";
  return html`<div class="stack tight">
    <${Segments} look="tabs" label=${t("nights.price_by")} options=${ways} value=${typed.how} onChange=${type("how")} />
    ${
      isAmount
        ? html`<${Field} key="amount" name="price" label=${t("desk.new_price")} inputmode="decimal" value=${typed.price} onInput=${type("price")}
            placeholder=${t("desk.unchanged")} wrong=${wrong} hint=${hint} autocomplete="off" />`
        : html`<${Field} key="percent" name="percent" label=${t("nights.percent")} value=${typed.percent} onInput=${type("percent")}
            placeholder=${t("nights.percent_like")} wrong=${wrong} hint=${hint} autocomplete="off" />`
    }
  </div>`;
}

export function UnitsField({ typed, type, wrong, taken }) {
  return html`<${Field} name="units" label=${t("desk.new_units")} inputmode="numeric" value=${typed.units} onInput=${type("units")}
    placeholder=${t("desk.unchanged")} wrong=${wrong} hint=${taken > 0 ? t("desk.units_hint", { count: taken }) : undefined} autocomplete="off" />`;
}

export function SaleField({ typed, type }) {
  const options = [
    ["", t("desk.unchanged")],
    ["open", t("desk.sale_open")],
    ["closed", t("desk.sale_closed")],
  ];
  return html`<${Field} name="sale" label=${t("desk.on_sale")} value=${typed.sale} onInput=${type("sale")}><${Options} options=${options} value=${typed.sale} /><//>`;
}

function Options({ options, value }) {
  return options.map(([it, text]) => html`<option value=${it} selected=${it === value}>${text}</option>`);
}

/** The four restrictions: each is kept, set or taken away. */
export function RestrictionFields({ typed, type, wrong }) {
  return html`<fieldset class="desk-restrictions"><legend class="label">${t("nights.restrictions")}</legend>
    <p class="small muted">${t("nights.restrictions_hint")}</p>
    ${BOUNDS.map((name) => html`<${Bound} name=${name} typed=${typed} type=${type} wrong=${wrong[name]} />`)}
    ${STOPS.map((name) => html`<${Choice} name=${name} typed=${typed} type=${type} />`)}
  </fieldset>`;
}

function Choice({ name, typed, type, wrong }) {
  const options = [
    ["", t("desk.unchanged")],
    ["set", t(`nights.set.${name}`)],
    ["remove", t(`nights.remove.${name}`)],
  ];
  return html`<${Field} name=${name} label=${t(`nights.${name}`)} value=${typed[name]} onInput=${type(name)} wrong=${wrong}>
    <${Options} options=${options} value=${typed[name]} /><//>`;
}

function Bound({ name, typed, type, wrong }) {
  const isSet = typed[name] === "set";
  return html`<div class="desk-bound"><${Choice} name=${name} typed=${typed} type=${type} wrong=${isSet ? undefined : wrong} />
    ${isSet && html`<${Field} name=${`${name}_nights`} label=${t(`nights.${name}_nights`)} inputmode="numeric" value=${typed[`${name}_nights`]} onInput=${type(`${name}_nights`)} wrong=${wrong} autocomplete="off" />`}</div>`;
}
