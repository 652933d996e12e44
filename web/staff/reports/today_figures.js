// Today's figures of a hotel, for the first page: occupancy, arrivals, departures, guests in the house.
import "./texts.js";
import { addDays, businessDate } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";
import { percent } from "./sums.js";

const POLL_MS = 60_000;

/** Nothing is shown until the figures are there, and nothing if they cannot be read: the page has its lists. */
export function TodayFigures({ hotel }) {
  const date = businessDate(hotel);
  const query = { hotel_id: hotel.hotel_id, from: date, to: addDays(date, 1) };
  const report = useLoad(() => api.get("/api/staff/reports/daily", query), [hotel.hotel_id, date]);
  usePoll(report.reload, POLL_MS);
  if (report.data === undefined) return null;
  const [today] = report.data.items;
  const facts = [
    ["occupancy", percent(today.occupancy_bp)],
    ["sold", `${today.sold} / ${today.units - today.out_of_order}`],
    ["arrivals", today.arrivals],
    ["departures", today.departures],
    ["in_house", today.in_house],
  ];
  return html`<section class="card" aria-label=${t("reports.today")}><div class="figures">${facts.map(
    ([name, value]) =>
      html`<p key=${name}><span>${t(`reports.${name}`)}</span><strong class="number">${value}</strong></p>`,
  )}</div></section>`;
}
