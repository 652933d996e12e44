// The grid of the calendar: rooms by days. Staff select cells with the mouse, with fingers or with the arrow keys.
import { day, money, toYuan } from "../../shared/format.js";
import { inLanguage, locale, t } from "../../shared/language.js";
import { html, useEffect, useLayoutEffect, useRef } from "../../vendor/preact.js";
import { nightPrice, soldOn } from "../house/plan_price.js";
import { marksOf } from "./night_marks.js";
import { begin, extend, includes, stepped, weekdayOf } from "./selection.js";

const WEEKEND = new Set([5, 6]);
const STEPS = 4;
const ROOM_FOR = 5;

/**
 * `rows` are `{room, nights, plan}` with nights by date; with a plan, its prices are shown, and none with null. `select` takes the next selection, `edit` opens the form for it.
 * The last cell of the selection has the focus.
 */
export function Grid({ rows, dates, now, selection, select, edit }) {
  const table = useRef(null);
  const wanted = useRef(false);
  const at = selection?.to ?? { row: 0, column: Math.max(0, dates.indexOf(now)) };
  // A layout effect runs before the next key: a later effect of one key would swallow the focus move of the next.
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    const cell = cellAt(table.current, at);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selection]);
  const pointer = usePointer(selection, select);
  const press = (event) => {
    const next = stepped(at, event.key, rows.length, dates.length);
    if (next) {
      wanted.current = true;
      select(
        event.shiftKey
          ? extend(selection ?? begin(at.row, at.column), next.row, next.column)
          : begin(next.row, next.column),
      );
    } else if (event.key === "Enter" || event.key === " ") {
      if (!selection) select(begin(at.row, at.column));
      edit();
    } else if (event.key === "Escape" && selection) {
      wanted.current = true;
      select(null);
    } else return;
    event.preventDefault();
  };
  return html`<div class="table desk-grid"><table role="grid" aria-label=${t("page.calendar")} aria-multiselectable="true"
    aria-describedby="desk-grid-help" ref=${table} onKeyDown=${press} onDblClick=${(event) => placeOf(event) && edit()} ...${pointer}>
    <caption class="unseen" id="desk-grid-help">${t("desk.calendar_keys")}</caption>
    <thead><tr role="row"><th role="columnheader" class="room">${t("desk.room")}</th>${dates.map((date, column) => html`<${Day} key=${date} date=${date} first=${column === 0} now=${now} />`)}</tr></thead>
    <tbody>${rows.map(
      ({ room, nights, plan }, row) => html`<tr key=${room.room_id} role="row">
        <th role="rowheader" class="room">${inLanguage(room.name)}${!room.on_sale && html`<span class="badge">${t("desk.off_sale")}</span>`}</th>
        ${dates.map(
          (
            date,
            column,
          ) => html`<${Cell} key=${date} room=${room} plan=${plan} date=${date} night=${nights.get(date)} row=${row} column=${column}
            past=${date < now} chosen=${includes(selection, row, column)} active=${at.row === row && at.column === column} />`,
        )}
      </tr>`,
    )}</tbody>
    <tfoot><tr role="row"><th role="rowheader" class="room">${t("desk.house_full")}</th>
      ${dates.map((date) => html`<td key=${date} role="gridcell" class="number">${fullness(rows, date)}</td>`)}</tr></tfoot>
  </table></div>`;
}

function cellAt(table, { row, column }) {
  return table.querySelector(`[data-row="${row}"][data-column="${column}"]`);
}

/** Returns the cell of an event, or null. */
function placeOf(event) {
  const cell = event.target.closest?.("[data-row]");
  return cell && { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}

/** Mouse: press, drag, release; Shift extends the selection. Finger: the first tap begins, the second one ends. */
function usePointer(selection, select) {
  const drag = useRef(null);
  useEffect(() => {
    const end = () => {
      drag.current = null;
    };
    addEventListener("pointerup", end);
    return () => removeEventListener("pointerup", end);
  }, []);
  const down = (event) => {
    const place = placeOf(event);
    if (!place || event.button !== 0 || event.pointerType === "touch") return;
    drag.current = event.shiftKey && selection ? selection : begin(place.row, place.column);
    select(extend(drag.current, place.row, place.column));
  };
  const over = (event) => {
    const place = drag.current && placeOf(event);
    if (place) select(extend(drag.current, place.row, place.column));
  };
  const tap = (event) => {
    const place = placeOf(event);
    if (!place || event.pointerType !== "touch") return;
    const one = selection && selection.from.row === selection.to.row && selection.from.column === selection.to.column;
    select(one ? extend(selection, place.row, place.column) : begin(place.row, place.column));
  };
  return { onPointerDown: down, onPointerOver: over, onClick: tap };
}

function Day({ date, first, now }) {
  const short = new Intl.DateTimeFormat(locale(), { weekday: "narrow", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
  const number = Number(date.slice(8));
  const look = [WEEKEND.has(weekdayOf(date)) && "weekend", date === now && "now"].filter(Boolean).join(" ");
  return html`<th role="columnheader" class=${look} abbr=${day(date, { weekday: true })} aria-label=${day(date, { weekday: true })}>
    <span class="month">${first || number === 1 ? monthName(date) : ""}</span><span class="number">${number}</span><span>${short}</span></th>`;
}

function monthName(date) {
  return new Intl.DateTimeFormat(locale(), { month: "short", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

function Cell({ room, plan, date, night, row, column, past, chosen, active }) {
  const look = ["desk-heat", heatOf(night, room), past && "past", chosen && "chosen"].filter(Boolean).join(" ");
  const told = toldOf(room, plan, date, night);
  return html`<td role="gridcell" class=${look} data-row=${row} data-column=${column} tabindex=${active ? 0 : -1}
    aria-selected=${chosen ? "true" : "false"} aria-label=${told} title=${told}>
    <span>${markOf(night, room)}</span><${Cost} fen=${priceOf(plan, date, night)} /><${Marks} night=${night} room=${room} /></td>`;
}

/** Returns the price that is shown of a night: the plan's, or the calendar's; null if there is none. */
function priceOf(plan, date, night) {
  if (!night || plan === undefined) return night?.price ?? null;
  return plan && soldOn(plan, date) ? nightPrice(plan, night.price) : null;
}

function Cost({ fen }) {
  const yuan = fen === null ? "" : toYuan(fen);
  return html`<small class=${yuan.length > ROOM_FOR ? "long" : ""}>${yuan}</small>`;
}

/** Restrictions, rooms out of order, and of a closed night what is sold: a night can be all of it at once. */
function Marks({ night, room }) {
  const marks = marksOf(night);
  const sold = night?.closed && night.sold > 0;
  if (!sold && marks.length === 0) return null;
  return html`<small class="marks">${sold && html`<span>${countOf(night, room)}</span>`}${marks.map(
    ({ kind, mark }) => html`<span key=${kind} class=${kind}>${mark}</span>`,
  )}</small>`;
}

/** Returns the share of open rooms that is sold on a night: "34%". Rooms without a limit, or sold by the hour, do not count. */
function fullness(rows, date) {
  const limited = rows.filter(({ room }) => room.inventory_mode !== "unlimited" && !room.day_use);
  const open = limited.map(({ nights }) => nights.get(date)).filter((it) => it && !it.closed);
  const units = open.reduce((sum, it) => sum + usable(it), 0);
  const sold = open.reduce((sum, it) => sum + it.sold, 0);
  return units ? `${Math.round((100 * sold) / units)}%` : "–";
}

function heatOf(night, room) {
  if (!night) return "none";
  if (night.closed) return "closed";
  if (isFull(night, room)) return "full";
  return `h${Math.min(STEPS, Math.ceil((night.sold / usable(night)) * STEPS) || 0)}`;
}

/** Whether a night is full. A room type without a limit never is. */
function isFull(night, room) {
  return room.inventory_mode !== "unlimited" && night.sold >= usable(night);
}

/** Returns how many rooms can be used on a night: the others are out of order. */
function usable(night) {
  return night.units - night.out_of_order;
}

function markOf(night, room) {
  if (!night) return "–";
  return night.closed ? t("desk.closed_mark") : countOf(night, room);
}

function countOf(night, room) {
  return room.inventory_mode === "unlimited" ? `${night.sold}/∞` : `${night.sold}/${usable(night)}`;
}

/** Returns a cell in words, for screen readers and for who points at it. */
function toldOf(room, plan, date, night) {
  const where = { day: day(date, { weekday: true }), room: inLanguage(room.name) };
  if (!night) return t("desk.cell_none", where);
  const facts = { ...where, sold: night.sold, units: usable(night), price: money(night.price) };
  const told = [t(night.closed ? "desk.cell_closed" : "desk.cell", facts)];
  if (!night.closed && isFull(night, room)) told.push(t("desk.legend_full"));
  if (plan !== undefined) told.push(planTold(plan, date, night));
  return [...told, ...marksOf(night).map((it) => it.told)].join(t("desk.comma"));
}

function planTold(plan, date, night) {
  if (!plan) return t("nights.no_such_plan");
  const fen = priceOf(plan, date, night);
  return fen === null
    ? t("nights.not_sold_by_plan")
    : t("nights.of_plan", { name: inLanguage(plan.name), price: money(fen) });
}
