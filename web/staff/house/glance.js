// The house at a glance, on the first page of the console: the figures of today, and what waits.
import "./glance_texts.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { TodayFigures } from "../reports/today_figures.js";
import { api } from "../session.js";

const POLL_MS = 60_000;
const PAGE = 100;

/** Returns what a request gives, or null: the page works without it. */
const orNothing = (asked) => asked.catch(() => null);

/** Returns what the last night audit asks, and the numbers; the audit is null, and no number there, if that cannot be read. */
async function lookAt(hotel) {
  const place = `/api/staff/hotels/${hotel.hotel_id}`;
  const [audit, house] = await Promise.all([
    orNothing(api.get(`${place}/night-audit`, { limit: PAGE })),
    orNothing(api.get(`${place}/house`)),
  ]);
  return { audit, doors: house?.items ?? [] };
}

export function Glance({ hotel, now }) {
  const from = useLoad(() => lookAt(hotel), [hotel.hotel_id, now]);
  usePoll(from.reload, POLL_MS);
  return html`<${TodayFigures} hotel=${hotel} />${from.data && html`<${WhatWaits} ...${from.data} />`}`;
}

function WhatWaits({ audit, doors }) {
  const dirty = doors.filter((it) => it.housekeeping === "dirty").length;
  if (!audit && doors.length === 0) return null;
  return html`<section class="desk-counts house-glance" aria-label=${t("glance.waits")}>
    ${audit && html`<${Waiting} href="/night-audit" label=${t("glance.audit")} count=${openOf(audit)} />`}
    ${doors.length > 0 && html`<${Waiting} href="/house" label=${t("glance.dirty")} count=${dirty} />`}
  </section>`;
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
