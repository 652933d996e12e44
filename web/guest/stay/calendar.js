// A month of nights, from which the guest picks arrival and departure; with prices where they are known.
import "./texts.js";
import { addDays, day, money, monthOf } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { locale, t } from "../../shared/language.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { canLeave, canStart, weeksOf } from "./nights.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/**
 * `range` is `{check_in, check_out}`, where `check_out` is null while it is being picked. `nights` maps a date to
 * `{price, available}`, or is null where every night may be picked. `first` is the first arrival, `last` the last departure.
 * `onMonth(first of the month)` is called when a month is turned to.
 */
export function Calendar({ range, nights = null, first, last, onPick, onMonth }) {
  const [month, setMonth] = useState(monthOf(range.check_in));
  const [at, setAt] = useState(range.check_in);
  const table = useRef(null);
  const follow = useRef(false);
  const turn = (next) => {
    setMonth(next);
    onMonth?.(next);
  };
  const step = (months) => {
    const next = monthOf(month, months);
    turn(next);
    setAt(next < first ? first : next);
  };
  useEffect(() => {
    if (follow.current) table.current.querySelector(`[data-date="${at}"]`)?.focus();
    follow.current = false;
  }, [at]);
  const press = (event) => {
    const days = STEPS[event.key];
    const date = event.target.dataset?.date;
    if (!days || !date) return;
    event.preventDefault();
    const next = addDays(date, days);
    if (next < first || next > last) return;
    follow.current = true;
    setAt(next);
    if (monthOf(next) !== month) turn(monthOf(next));
  };
  const pick = (date) => {
    setAt(date);
    if (canLeave(range, date, nights)) onPick({ check_in: range.check_in, check_out: date });
    else if (canStart(date, nights, last)) onPick({ check_in: date, check_out: null });
  };
  const shown = at.slice(0, 7) === month.slice(0, 7) ? at : null;
  return html`<div class="calendar">
    <div class="row between">
      <button type="button" class="icon-button" aria-label=${t("stay.month_before")} disabled=${month <= monthOf(first)}
        onClick=${() => step(-1)}><${Icon} name="back" /></button>
      <h3 aria-live="polite">${monthName(month)}</h3>
      <button type="button" class="icon-button" aria-label=${t("stay.month_after")} disabled=${month >= monthOf(last)}
        onClick=${() => step(1)}><${Icon} name="go" /></button>
    </div>
    <table role="grid" aria-label=${monthName(month)} ref=${table} onKeyDown=${press}>
      <thead><tr>${weekdays().map((name) => html`<th scope="col" key=${name.long} aria-label=${name.long}>${name.short}</th>`)}</tr></thead>
      <tbody>${weeksOf(month)
        .filter((week) => week.some((date) => date >= first))
        .map(
          (week) =>
            html`<tr key=${week[0] || week[6]}>${week.map((date, column) =>
              date
                ? html`<${Day} key=${date} date=${date} range=${range} nights=${nights} first=${first} last=${last}
                tabbable=${shown ? shown === date : date.slice(8) === "01"} onPick=${pick} />`
                : html`<td key=${column}></td>`,
            )}</tr>`,
        )}</tbody>
    </table>
  </div>`;
}

function Day({ date, range, nights, first, last, tabbable, onPick }) {
  const night = nights?.get(date);
  const open = date >= first && date <= last;
  const able = open && (canStart(date, nights, last) || canLeave(range, date, nights));
  const full = nights && open && !(night?.available > 0);
  const ends = date === range.check_in || date === range.check_out;
  const between = range.check_out && date > range.check_in && date < range.check_out;
  const kind = [ends && "end", between && "between", full && "full"].filter(Boolean).join(" ");
  return html`<td class=${kind} aria-selected=${ends || between ? "true" : "false"}>
    <button type="button" data-date=${date} aria-disabled=${able ? undefined : "true"} tabindex=${tabbable ? 0 : -1}
      aria-label=${label(date, range, night, full)} onClick=${() => able && onPick(date)}>
      <span class="number">${Number(date.slice(8))}</span>
      <small class="number">${under(date, range, night, full)}</small>
    </button></td>`;
}

function label(date, range, night, full) {
  const parts = [day(date, { weekday: true })];
  if (date === range.check_in) parts.push(t("stay.arrival"));
  if (date === range.check_out) parts.push(t("stay.departure"));
  if (full) parts.push(t("stay.full"));
  else if (night) parts.push(money(night.price), t("stay.left", { count: night.available }));
  return parts.join(", ");
}

function under(date, range, night, full) {
  if (date === range.check_in) return t("stay.in");
  if (date === range.check_out) return t("stay.out");
  if (full) return t("stay.full");
  return night ? money(night.price) : "";
}

function monthName(month) {
  return new Intl.DateTimeFormat(locale(), { year: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(`${month}T00:00:00Z`),
  );
}

function weekdays() {
  const monday = Date.UTC(2024, 0, 1);
  const named = (at, weekday) =>
    new Intl.DateTimeFormat(locale(), { weekday, timeZone: "UTC" }).format(new Date(monday + at * 86_400_000));
  return Array.from({ length: 7 }, (_, at) => ({ short: named(at, "narrow"), long: named(at, "long") }));
}
