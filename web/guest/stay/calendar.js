// The calendar in which the guest picks check-in and check-out. It shows a month, in a wide window or near its end also the next one, with prices if known.
import "./texts.js";
import { addDays, day, money, monthOf, nightsBetween } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { locale, t } from "../../shared/language.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact.js";
import { canLeave, canStart, weeksOf } from "./nights.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const FEW_DAYS = 14;
/** One date is neither an arrival nor a departure. */
const NO_STAY = {};
const WIDE = matchMedia("(min-width: 1200px)");

/**
 * `range` is `{check_in, check_out}`; `check_out` is null until it is picked. `nights` maps a date to
 * `{price, available}`; if it is null, every night may be picked. `first` is the first check-in date, `last` the last check-out date.
 * Calls `onMonth(first of the month)` when another month is shown; the next month may be shown with it.
 * `known(first of the month)` returns whether the nights of that month are loaded. A `single` calendar picks one date, for day use.
 */
export function Calendar({ range, nights = null, first, last, onPick, onMonth, known = () => true, single = false }) {
  const [month, setMonth] = useState(monthOf(range.check_in));
  const [at, setAt] = useState(range.check_in);
  const months = useRef(null);
  const follow = useRef(false);
  const wide = useWide();
  const shown = monthsFrom(month, first, last, wide);
  // Two months side by side have a name each.
  const pair = wide && shown.length > 1;
  const turn = (next) => {
    setMonth(next);
    onMonth?.(next);
  };
  const step = (next) => {
    turn(next);
    setAt(next < first ? first : next);
  };
  // A layout effect runs before the next key: no key is lost while one is held down.
  useLayoutEffect(() => {
    if (follow.current) months.current.querySelector(`[data-date="${at}"]`)?.focus();
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
    if (!shown.includes(monthOf(next))) turn(monthOf(next));
  };
  const pick = (date) => {
    setAt(date);
    if (single) onPick({ check_in: date, check_out: date });
    else if (canLeave(range, date, nights)) onPick({ check_in: range.check_in, check_out: date });
    else if (canStart(date, nights, last)) onPick({ check_in: date, check_out: null });
  };
  const beyond = monthOf(month, wide ? 1 : shown.length);
  const tabbable = shown.includes(monthOf(at)) ? at : month;
  return html`<div class="calendar">
    <div class="row between">
      <button type="button" class="icon-button" aria-label=${t("stay.month_before")} disabled=${month <= monthOf(first)}
        onClick=${() => step(monthOf(month, -1))}><${Icon} name="back" /></button>
      <h3 aria-live="polite" class=${pair ? "unseen" : ""}>${monthName(month)}</h3>${pair && html`<span class="grow"></span>`}
      <button type="button" class="icon-button" aria-label=${t("stay.month_after")} disabled=${beyond > last}
        onClick=${() => step(beyond)}><${Icon} name="go" /></button>
    </div>
    <div class="months" ref=${months} onKeyDown=${press}>${shown.map(
      (
        one,
      ) => html`<${Month} key=${one} month=${one} titled=${pair || one !== month} range=${range} nights=${nights} single=${single}
        known=${known(one)} first=${first} last=${last} tabbable=${tabbable} onPick=${pick} />`,
    )}</div>
  </div>`;
}

/** Returns the month and the next one, on a narrow window only if few days are left: a stay may go beyond the month. */
function monthsFrom(month, first, last, wide) {
  const next = monthOf(month, 1);
  const few = nightsBetween(first > month ? first : month, next) < FEW_DAYS;
  return (wide || few) && next <= last ? [month, next] : [month];
}

/** Whether the window has place for two months side by side; renders the caller again when that changes. */
function useWide() {
  const [wide, setWide] = useState(() => WIDE.matches);
  useEffect(() => {
    const heard = () => setWide(WIDE.matches);
    WIDE.addEventListener("change", heard);
    return () => WIDE.removeEventListener("change", heard);
  }, []);
  return wide;
}

function Month({ month, titled, range, nights, known, first, last, tabbable, single, onPick }) {
  return html`<div>
    ${titled && html`<h3>${monthName(month)}</h3>`}
    <table role="grid" aria-label=${monthName(month)}>
      <thead><tr>${weekdays().map((name) => html`<th scope="col" key=${name.long} aria-label=${name.long}>${name.short}</th>`)}</tr></thead>
      <tbody>${weeksOf(month)
        .filter((week) => week.some((date) => date >= first))
        .map(
          (week) =>
            html`<tr key=${week[0] || week[6]}>${week.map((date, column) =>
              date
                ? html`<${Day} key=${date} date=${date} range=${range} nights=${nights} known=${known} first=${first} last=${last}
                tabbable=${tabbable === date} single=${single} onPick=${onPick} />`
                : html`<td key=${column}></td>`,
            )}</tr>`,
        )}</tbody>
    </table>
  </div>`;
}

function Day({ date, range, nights, known, first, last, tabbable, single, onPick }) {
  const night = nights?.get(date);
  const open = date >= first && date <= last;
  const able = open && (canStart(date, nights, last) || canLeave(range, date, nights));
  const full = nights && known && open && !(night?.available > 0);
  const ends = date === range.check_in || date === range.check_out;
  const between = range.check_out && date > range.check_in && date < range.check_out;
  const kind = [ends && "end", between && "between", full && "full"].filter(Boolean).join(" ");
  return html`<td class=${kind} aria-selected=${ends || between ? "true" : "false"}>
    <button type="button" data-date=${date} aria-disabled=${able ? undefined : "true"} tabindex=${tabbable ? 0 : -1}
      aria-label=${label(date, single ? NO_STAY : range, night, full)} onClick=${() => able && onPick(date)}>
      <span class="number">${Number(date.slice(8))}</span>
      <small class="number">${under(date, single ? NO_STAY : range, night, full)}</small>
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
  if (!night) return "";
  // A long price may go on in a second line: a narrow cell has no place for "¥1,288.50".
  const [yuan, decimals] = money(night.price).split(".");
  return html`${yuan}${decimals && html`<wbr />.${decimals}`}`;
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
