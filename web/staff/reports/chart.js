// The chart of a daily report: occupancy in percent, and room revenue.
import "./texts.js";
import { day, money } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html, useMemo } from "../../vendor/preact.js";
import { Drawing } from "../plot.js";

const HEIGHT = 260;
const SECONDS_OF_A_DAY = 86_400;

/** `days` are those of the API. */
export function Chart({ days }) {
  const data = useMemo(() => columnsOf(days), [days]);
  return html`<figure class="card chart"><${Drawing} label=${t("reports.chart")} options=${options} data=${data} />
    <figcaption class="keys"><span class="key of-occupancy">${t("reports.occupancy")}</span>
      <span class="key of-revenue">${t("reports.room_revenue")}</span></figcaption></figure>`;
}

function columnsOf(days) {
  return [
    days.map((it) => Date.parse(`${it.date}T00:00:00Z`) / 1000),
    days.map((it) => it.occupancy_bp / 100),
    days.map((it) => it.room_revenue / 100),
  ];
}

function options(place, axis, colour) {
  const dates = (seconds) => day(new Date(seconds * 1000).toISOString().slice(0, 10));
  const points = { size: 5 };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    // Dates have no time zone: uPlot would otherwise put the ticks at the device's midnights.
    tzDate: (seconds) => {
      const utc = new Date(seconds * 1000);
      return new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
    },
    scales: {
      // One date alone has a day of space on each side.
      x: {
        range: (_, least, most) =>
          least === most ? [least - SECONDS_OF_A_DAY, most + SECONDS_OF_A_DAY] : [least, most],
      },
      percent: { range: (_, __, most) => [0, Math.max(100, Math.ceil(most / 10) * 10)] },
      yuan: { range: (_, __, most) => [0, Math.max(100, most * 1.1)] },
    },
    axes: [
      {
        ...axis,
        space: 80,
        incrs: [1, 2, 7, 14, 28].map((days) => days * SECONDS_OF_A_DAY),
        values: (_, at) => at.map(dates),
      },
      { ...axis, scale: "percent", size: 52, values: (_, at) => at.map((it) => `${it}%`) },
      {
        ...axis,
        scale: "yuan",
        side: 1,
        size: 76,
        grid: { show: false },
        values: (_, at) => at.map((it) => money(it * 100)),
      },
    ],
    series: [
      {},
      { label: t("reports.occupancy"), scale: "percent", stroke: colour("--accent"), width: 2, points },
      { label: t("reports.room_revenue"), scale: "yuan", stroke: colour("--good"), width: 2, points },
    ],
  };
}
