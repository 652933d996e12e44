// The chart of a flash sale, second by second: decided, waiting, sold, left. The same as a table.
import "./texts.js";
import { moment } from "../../../shared/format.js";
import { language, t } from "../../../shared/language.js";
import { html, useMemo } from "../../../vendor/preact.js";
import { Drawing } from "../../plot.js";
import { Table } from "../../table.js";

// "decided" is drawn first and broad: while all submissions win, its line is the same as that of "sold".
const SERIES = [
  ["decided", "--good", 5],
  ["waiting", "--warn"],
  ["sold", "--accent"],
  ["left", "--calm"],
];
const HEIGHT = 280;
const ROWS = 30;

/** `readings`: `{at, decided, waiting, sold, left}`, oldest first; `at` in ms. */
export function Chart({ readings }) {
  const data = useMemo(() => columnsOf(readings), [readings]);
  return html`<figure class="chart"><${Drawing} label=${t("flash.chart")} options=${options} data=${data} />
    <figcaption class="keys">${SERIES.map(([name]) => html`<span class=${`key of-${name}`}>${t(`flash.${name}`)}</span>`)}</figcaption></figure>`;
}

// One point alone makes no line.
function columnsOf(readings) {
  const points = readings.length === 1 ? [{ ...readings[0], at: readings[0].at - 1000 }, readings[0]] : readings;
  return [points.map((it) => it.at / 1000), ...SERIES.map(([name]) => points.map((it) => it[name]))];
}

function options(place, axis, colour) {
  const second = new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 8 } },
    scales: { y: { range: (_, __, most) => [0, Math.max(5, Math.ceil(most * 1.1))] } },
    axes: [
      {
        ...axis,
        space: 90,
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600],
        values: (_, moments) => moments.map((it) => second.format(it * 1000)),
      },
      { ...axis, size: 52, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000] },
    ],
    series: [
      {},
      ...SERIES.map(([name, token, width = 2]) => ({
        label: name,
        stroke: colour(token),
        width,
        points: { show: false },
      })),
    ],
  };
}

/** The table of the readings in which something changed, newest first. */
export function Readings({ readings }) {
  const changed = readings.filter((it, at) => at === 0 || SERIES.some(([name]) => it[name] !== readings[at - 1][name]));
  const columns = [
    { header: t("flash.at"), cell: (it) => html`<time class="number">${moment(it.at, { seconds: true })}</time>` },
    ...SERIES.map(([name]) => ({ header: t(`flash.${name}`), right: true, cell: (it) => it[name] })),
  ];
  return html`<details class="readings"><summary>${t("flash.as_table")}</summary>
    <${Table} caption=${t("flash.chart")} rows=${changed.slice(-ROWS).toReversed()} rowKey=${(it) => it.at} columns=${columns} /></details>`;
}
