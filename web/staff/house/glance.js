// The house at a glance, on the first page of the console: how full it is today, and what waits in it.
import "./glance_texts.js";
import { addDays } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";

const POLL_MS = 60_000;
const PAGE = 100;

/** Returns what a request gives, or null: the page works without it. */
const orNothing = (asked) => asked.catch(() => null);

/** Returns today's row of the report, what the last night audit asks, and the numbers. Each is null if it cannot be read. */
async function lookAt(hotel, now) {
  const place = `/api/staff/hotels/${hotel.hotel_id}`;
  const dates = { hotel_id: hotel.hotel_id, from: now, to: addDays(now, 1) };
  const [report, audit, house] = await Promise.all([
    orNothing(api.get("/api/staff/reports/daily", dates)),
    orNothing(api.get(`${place}/night-audit`, { limit: PAGE })),
    orNothing(api.get(`${place}/house`)),
  ]);
  return { report: report?.items[0], audit, doors: house?.items ?? [] };
}

export function Glance({ hotel, now }) {
  const from = useLoad(() => lookAt(hotel, now), [hotel.hotel_id, now]);
  usePoll(from.reload, POLL_MS);
  if (!from.data) return null;
  const { report, audit, doors } = from.data;
  const dirty = doors.filter((it) => it.housekeeping === "dirty").length;
  return html`<section class="desk-counts house-glance" aria-label=${t("glance.house")}>
    ${report && html`<${Occupancy} day=${report} />`}
    ${audit && html`<${Waiting} href="/night-audit" label=${t("glance.audit")} count=${openOf(audit)} />`}
    ${doors.length > 0 && html`<${Waiting} href="/house" label=${t("glance.dirty")} count=${dirty} />`}
  </section>`;
}

function Occupancy({ day }) {
  const percent = Math.round(day.occupancy_bp / 100);
  const rooms = { sold: day.sold, units: day.units - day.out_of_order };
  return html`<div class="card"><span>${t("glance.occupancy")} <span class="small number">${t("glance.of_units", rooms)}</span></span>
    <strong class="number">${percent}%</strong></div>`;
}

function Waiting({ href, label, count }) {
  return html`<${Link} class=${count === 0 ? "card" : "card waits"} href=${href}><span>${label}</span><strong class="number">${count}</strong><//>`;
}

/** Returns how many questions of an audit are open, "100+" if there are more than one page has, "–" before it is made. */
function openOf({ status, items, next_cursor: more }) {
  const count = items.filter((it) => it.open).length;
  if (status === "pending" && items.length === 0) return "–";
  return more ? `${count}+` : count;
}
