// The daily report: the figures of each date of a range, drawn and as a table, of one hotel or of all.
import "./texts.js";
import { Alert, Field, Loaded, Segments } from "../../shared/components.js";
import { addDays, businessDate, day, money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { Day } from "../parts.js";
import { api } from "../session.js";
import { Table } from "../table.js";
import { Chart } from "./chart.js";
import { Report } from "./frame.js";
import { percent, sumOf } from "./sums.js";

const PATH = "/api/staff/reports/daily";
const MOST_DAYS = 92;
/** Ranges to choose: the first and the last date, in days from the business date. */
const RANGES = { last_30: [-29, 0], last_7: [-6, 0], next_30: [0, 29], next_90: [0, 89] };
const FIRST = "last_30";

export function Daily() {
  const [all, setAll] = useState(false);
  return html`<${Report} of="/reports" all=${all} onAll=${setAll}>
    ${(hotel) => html`<${Range} key=${hotel?.hotel_id ?? "all"} hotel=${hotel} />`}<//>`;
}

function Range({ hotel }) {
  const now = businessDate(hotel ?? undefined);
  const of = (name) => RANGES[name].map((days) => addDays(now, days));
  const [[from, last], setRange] = useState(of(FIRST));
  const chosen = Object.keys(RANGES).find((name) => String(of(name)) === String([from, last]));
  const fits = from <= last && last < addDays(from, MOST_DAYS);
  return html`
    <${Segments} look="tabs" label=${t("reports.range")} value=${chosen} onChange=${(name) => setRange(of(name))}
      options=${Object.keys(RANGES).map((name) => [name, t(`reports.range.${name}`)])} />
    <div class="filters">
      <${Field} label=${t("reports.begin")} type="date" value=${from} onInput=${(value) => value && setRange([value, last])} />
      <${Field} label=${t("reports.end")} type="date" value=${last} onInput=${(value) => value && setRange([from, value])} />
    </div>
    ${
      fits
        ? html`<${Figures} hotel=${hotel} from=${from} last=${last} />`
        : html`<${Alert} tone="warn">${t("reports.range_wrong", { count: MOST_DAYS })}<//>`
    }`;
}

function Figures({ hotel, from, last }) {
  const query = { hotel_id: hotel?.hotel_id, from, to: addDays(last, 1) };
  const report = useLoad(() => api.get(PATH, query), [from, last]);
  return html`<${Loaded} from=${report} rows=${6}>${({ items }) => html`
    <${Sums} days=${items} />
    <${Chart} days=${items} />
    <${Table} caption=${t("reports.daily")} rows=${items} rowKey=${(it) => it.date} columns=${columns()} file=${{ path: PATH, query }} />`}<//>`;
}

function Sums({ days }) {
  const sum = sumOf(days);
  const facts = [
    ["occupancy", percent(sum.occupancy_bp)],
    ["room_revenue", money(sum.room_revenue)],
    ...(sum.day_use_revenue ? [["day_use_revenue", money(sum.day_use_revenue)]] : []),
    ["adr", money(sum.adr)],
    ["revpar", money(sum.revpar)],
    ["sold", sum.sold],
  ];
  const range = `${day(days[0].date)} – ${day(days.at(-1).date)}`;
  return html`<section class="card" aria-label=${t("reports.sums", { range })}><div class="figures">${facts.map(
    ([name, value]) =>
      html`<p key=${name}><span>${t(`reports.${name}`)}</span><strong class="number">${value}</strong></p>`,
  )}</div></section>`;
}

function columns() {
  const number = (name) => ({ header: t(`reports.${name}`), right: true, cell: (it) => it[name] });
  const amount = (name) => ({ header: t(`reports.${name}`), right: true, cell: (it) => money(it[name]) });
  return [
    { header: t("reports.date"), cell: (it) => html`<${Day} date=${it.date} />` },
    { header: t("reports.occupancy"), right: true, cell: (it) => percent(it.occupancy_bp) },
    { header: t("reports.sold"), right: true, cell: (it) => html`${it.sold}<span class="muted"> / ${it.units}</span>` },
    number("out_of_order"),
    amount("room_revenue"),
    amount("day_use_revenue"),
    amount("adr"),
    amount("revpar"),
    ...["arrivals", "departures", "in_house", "no_shows", "cancelled"].map(number),
  ];
}
