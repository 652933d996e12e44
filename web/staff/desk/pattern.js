// A change of nights as the API takes it: which nights, in how few calls, at which price, and which prices leap.
import { addDays, nightsBetween } from "../../shared/format.js";
import { shareOf } from "../../shared/rule.js";
import { weekdayOf } from "./selection.js";

/** The most nights of one call. */
const MOST_NIGHTS = 90;
/** The longest range of one call, of which it may change some weekdays only. */
const MOST_DAYS = 366;
const BASIS = 10_000;

/** Returns 1 for Monday to 7 for Sunday, as the API counts them. */
export function isoWeekday(date) {
  return weekdayOf(date) || 7;
}

/** Returns the dates from one to another, both included, that are on one of the days of the week. */
export function datesBetween(first, last, days) {
  const count = Math.max(0, nightsBetween(first, last) + 1);
  const all = Array.from({ length: count }, (_, at) => addDays(first, at));
  return all.filter((it) => days.has(isoWeekday(it)));
}

/**
 * Returns the calls that change exactly these dates, in their order: `{from, to, weekdays?, count}`, `to` exclusive. Dates that are days
 * of the week of one range are one call, as long as it is not too large.
 */
export function callsFor(dates) {
  const wanted = new Set(dates);
  const calls = [];
  let rest = dates;
  while (rest.length > 0) {
    const call = longestCall(rest, wanted);
    calls.push(call);
    rest = rest.slice(call.count);
  }
  return calls;
}

function longestCall(dates, wanted) {
  const [from] = dates;
  const days = new Set();
  const skipped = new Set();
  let count = 0;
  let last = from;
  for (let date = from; count < dates.length; date = addDays(date, 1)) {
    const one = isoWeekday(date);
    const isIn = wanted.has(date);
    // A day of the week is in the whole call, or in none of it.
    if (isIn ? skipped.has(one) : days.has(one)) break;
    if (count === MOST_NIGHTS || nightsBetween(from, date) >= MOST_DAYS) break;
    (isIn ? days : skipped).add(one);
    if (isIn) {
      count += 1;
      last = date;
    }
  }
  const range = { from, to: addDays(last, 1), count };
  return nightsBetween(from, range.to) === count ? range : { ...range, weekdays: [...days].sort() };
}

/**
 * Returns what a change does: `{room, date, was, price}` for each night; `price` is undefined if it stays, and `was` is the price that it is
 * compared with: a night that is not open yet begins at its room type's price. `price` of the change is `{fen}`, `{bp}` or undefined.
 */
export function movesOf(rows, dates, price) {
  return rows.flatMap(({ room, nights }) =>
    dates.map((date) => {
      const was = nights.get(date)?.price ?? room.price;
      return { room, date, was, price: price && (price.fen ?? shareOf(was, BASIS + price.bp)) };
    }),
  );
}

/** Whether a price moves by more than half of what it was: it may be a slip of the hand. */
export function leaps({ was, price }) {
  return price !== undefined && 2 * Math.abs(price - was) > was;
}

/** Returns the calls of a change, room by room: `{room, count, range}`, where `range` is sent, with `price` where there is one. */
export function jobsOf(moves) {
  const groups = new Map();
  for (const { room, date, price } of moves) {
    const key = `${room.room_id} ${price}`;
    if (!groups.has(key)) groups.set(key, { room, price, dates: [] });
    groups.get(key).dates.push(date);
  }
  return [...groups.values()].flatMap(({ room, price, dates }) =>
    callsFor(dates).map(({ count, ...range }) => ({
      room,
      count,
      range: price === undefined ? range : { ...range, price },
    })),
  );
}

/** Returns nights in lines for a list: neighbours of one room that have the same prices are one, `{room, was, price, from, to}`. */
export function linesOf(moves) {
  const lines = [];
  for (const move of moves) {
    const last = lines.at(-1);
    const same = last && last.room === move.room && last.was === move.was && last.price === move.price;
    if (same && addDays(last.to, 1) === move.date) last.to = move.date;
    else lines.push({ ...move, from: move.date, to: move.date });
  }
  return lines;
}
