// The nights of a stay.
import { addDays, monthOf, nightsBetween } from "../../shared/format.js";

/** The most nights of a booking, times its units (openapi.yaml: `stay_too_long`). */
export const MAX_NIGHTS = 85;

function free(date, nights) {
  return !nights || nights.get(date)?.available > 0;
}

/** Whether a stay may begin on this date. */
export function canStart(date, nights, last) {
  return date < last && free(date, nights);
}

/** Whether the stay that the guest picks may end on this date: each night before it must be free. */
export function canLeave({ check_in, check_out }, date, nights) {
  if (check_out || date <= check_in || nightsBetween(check_in, date) > MAX_NIGHTS) return false;
  return datesOf({ check_in, check_out: date }).every((night) => free(night, nights));
}

/** Returns each night of a stay; day use has its one date. */
export function datesOf({ check_in, check_out }) {
  if (check_in === check_out) return [check_in];
  return Array.from({ length: nightsBetween(check_in, check_out) }, (_, at) => addDays(check_in, at));
}

/**
 * Returns what the nights of a stay offer: `{available, nights, total}` for one unit; null if a night is not open or not known.
 * `available` is the lowest number of units left on any of the nights.
 */
export function offered(range, nights) {
  if (!range.check_out) return null;
  const found = datesOf(range).map((date) => nights.get(date));
  if (found.some((night) => !night)) return null;
  return {
    available: Math.min(...found.map((night) => night.available)),
    nights: found.length,
    total: found.reduce((sum, night) => sum + night.price, 0),
  };
}

/** Returns the weeks of a month, Monday first: seven dates each, null for days of another month. */
export function weeksOf(month) {
  const before = (new Date(`${month}T00:00:00Z`).getUTCDay() + 6) % 7;
  const days = nightsBetween(month, monthOf(month, 1));
  const cells = Array.from({ length: Math.ceil((before + days) / 7) * 7 }, (_, at) =>
    at < before || at >= before + days ? null : addDays(month, at - before),
  );
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}
