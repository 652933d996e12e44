// The form that changes the selected nights: price, units, open or closed, on all or some days of the week.
import { Banner, Button, FaultLine, Field, Sheet, toast } from "../../shared/components.js";
import { day, money, toFen } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { inLanguage, locale, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { runsOf, weekdayOf } from "./selection.js";

const WEEK = [1, 2, 3, 4, 5, 6, 0];
const MOST_UNITS = 999;
// A Sunday, for the names of the days of the week.
const SUNDAY = Date.UTC(2026, 0, 4);

/** `chosen` is `{rows, dates}`. Awaits `onChange` when some or all nights are changed. */
export function NightsSheet({ chosen, onChange, onClose }) {
  const [days, setDays] = useState(new Set(WEEK));
  const [price, setPrice] = useState("");
  const [units, setUnits] = useState("");
  const [sale, setSale] = useState("");
  const [progress, setProgress] = useState(null);
  const dates = chosen.dates.filter((it) => days.has(weekdayOf(it)));
  const facts = factsOf(chosen.rows, dates);
  const change = {
    price: price ? toFen(price) : undefined,
    units: units ? Number(units) : undefined,
    closed: CLOSED[sale],
  };
  const wrong = wrongWith({ price, units }, change, facts);
  const empty = !price && !units && !sale;
  const save = useAction(async () => {
    const jobs = chosen.rows.flatMap(({ room }) => runsOf(dates).map((run) => ({ room, run })));
    for (const [done, { room, run }] of jobs.entries()) {
      setProgress({ done, total: jobs.length, room });
      try {
        await api.put(`/api/staff/rooms/${room.room_id}/nights`, { ...run, ...change });
      } catch (error) {
        await onChange();
        throw error;
      }
    }
    await onChange();
    toast(t("desk.nights_changed", { count: dates.length * chosen.rows.length }));
    onClose();
  });
  const submit = (event) => {
    event.preventDefault();
    if (!empty && !wrong.price && !wrong.units && dates.length > 0) save.run();
  };
  return html`<${Sheet} title=${t("desk.change_nights")} onClose=${onClose} held=${!empty}>
    <form class="stack" novalidate onSubmit=${submit}>
      <${Summary} chosen=${chosen} dates=${dates} facts=${facts} />
      ${chosen.dates.length > 1 && html`<${Weekdays} dates=${chosen.dates} days=${days} onChange=${setDays} />`}
      <div class="desk-pair">
        <${Field} label=${t("desk.new_price")} inputmode="decimal" value=${price} onInput=${setPrice} placeholder=${t("desk.unchanged")} wrong=${wrong.price} />
        <${Field} label=${t("desk.new_units")} inputmode="numeric" value=${units} onInput=${setUnits} placeholder=${t("desk.unchanged")}
          wrong=${wrong.units} hint=${facts.taken > 0 ? t("desk.units_hint", { count: facts.taken }) : undefined} />
      </div>
      <${Sale} value=${sale} onChange=${setSale} />
      ${facts.unopened > 0 && html`<${Banner}>${t("desk.opens_nights", { count: facts.unopened })}<//>`}
      ${progress && save.busy && html`<${Progress} ...${progress} />`}
      ${save.error && html`<${Failed} error=${save.error} room=${progress.room} done=${progress.done} total=${progress.total} />`}
      <${Button} type="submit" wide busy=${save.busy} disabled=${empty || dates.length === 0}>
        ${empty ? t("desk.nothing_changed") : saveText(dates.length * chosen.rows.length)}<//>
    </form>
  <//>`;
}

function saveText(count) {
  return count === 1 ? t("desk.save_night") : t("desk.save_nights", { count });
}

const CLOSED = { open: false, closed: true };

/** Returns the facts of the selected nights: the range of prices, the most rooms sold or out of order on one night, how many are not open. */
function factsOf(rows, dates) {
  const nights = rows.flatMap(({ nights: known }) => dates.map((date) => known.get(date)));
  const opened = nights.filter(Boolean);
  const prices = opened.map((it) => it.price);
  const taken = (it) => it.sold + it.out_of_order;
  const fullest = opened.reduce((most, it) => (most === null || taken(it) > taken(most) ? it : most), null);
  return {
    least: Math.min(...prices),
    most: Math.max(...prices),
    sold: Math.max(0, ...opened.map((it) => it.sold)),
    taken: fullest ? taken(fullest) : 0,
    soldOn: fullest?.date,
    opened: opened.length,
    unopened: nights.length - opened.length,
  };
}

function wrongWith(typed, change, facts) {
  const wrong = {};
  if (typed.price && !change.price) wrong.price = t("desk.price_wrong");
  if (typed.units && !(/^\d+$/.test(typed.units) && change.units <= MOST_UNITS))
    wrong.units = t("desk.units_wrong", { most: MOST_UNITS });
  else if (typed.units && change.units < facts.taken)
    wrong.units = t("desk.below_sold", { day: day(facts.soldOn), count: facts.taken });
  return wrong;
}

function Summary({ chosen, dates, facts }) {
  const rooms = chosen.rows.map(({ room }) => inLanguage(room.name)).join(t("desk.comma"));
  if (chosen.dates.length === 0) return html`<p class="banner warn">${t("desk.all_past")}</p>`;
  const from = day(chosen.dates[0], { weekday: true });
  const to = day(chosen.dates.at(-1), { weekday: true });
  return html`<div class="desk-summary">
    <p><strong>${rooms}</strong></p>
    <p class="number">${from === to ? from : `${from} – ${to}`} · ${t("desk.nights_in_all", { count: dates.length * chosen.rows.length })}</p>
    ${facts.opened > 0 && html`<p class="muted small number">${t("desk.now_costs", { price: facts.least === facts.most ? money(facts.least) : `${money(facts.least)} – ${money(facts.most)}`, sold: facts.sold })}</p>`}
  </div>`;
}

/** The choice of days of the week: weekends have other prices. */
function Weekdays({ dates, days, onChange }) {
  const there = new Set(dates.map(weekdayOf));
  const name = new Intl.DateTimeFormat(locale(), { weekday: "short", timeZone: "UTC" });
  const turn = (one) => {
    const next = new Set(days);
    if (!next.delete(one)) next.add(one);
    onChange(next);
  };
  return html`<fieldset class="desk-weekdays"><legend>${t("desk.on_days")}</legend>
    ${WEEK.map(
      (
        one,
      ) => html`<label class="check"><input type="checkbox" checked=${days.has(one) && there.has(one)} disabled=${!there.has(one)} onChange=${() => turn(one)} />
      ${name.format(new Date(SUNDAY + one * 86_400_000))}</label>`,
    )}
    <div class="row wrap">
      <${Button} kind="plain" small onClick=${() => onChange(new Set(WEEK))}>${t("desk.every_day")}<//>
      <${Button} kind="plain" small onClick=${() => onChange(new Set([0, 1, 2, 3, 4]))}>${t("desk.week_nights")}<//>
      <${Button} kind="plain" small onClick=${() => onChange(new Set([5, 6]))}>${t("desk.weekend_nights")}<//>
    </div>
  </fieldset>`;
}

function Sale({ value, onChange }) {
  return html`<${Field} label=${t("desk.on_sale")} value=${value} onInput=${onChange}>
    <option value="">${t("desk.unchanged")}</option>
    <option value="open" selected=${value === "open"}>${t("desk.sale_open")}</option>
    <option value="closed" selected=${value === "closed"}>${t("desk.sale_closed")}</option>
  <//>`;
}

function Progress({ done, total, room }) {
  return html`<div role="status"><label class="desk-progress"><span>${t("desk.saving", { done: done + 1, total, room: inLanguage(room.name) })}</span>
    <progress value=${done} max=${total}></progress></label></div>`;
}

/** The error of a range. A range is saved as a whole or not at all; ranges before it stay saved. */
function Failed({ error, room, done, total }) {
  return html`<${FaultLine} error=${error} />
    ${error.code === "units_below_sold" && html`<p class="small">${t("desk.below_sold_why")}</p>`}
    ${total > 1 && html`<p class="small">${t("desk.stopped_at", { room: inLanguage(room.name), done, total })}</p>`}`;
}
