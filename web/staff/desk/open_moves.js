// Which moves of a booking are open: the API has the last word.
import { addDays, businessDate } from "../../shared/format.js";

const EXPECTED = new Set(["paid", "reserved"]);

/** Returns which moves the API would accept on `now`, the hotel's business date. */
export function openMoves(booking, now) {
  const expected = EXPECTED.has(booking.status);
  const inside = booking.status === "checked_in";
  return {
    check_in: expected && booking.check_in <= now && now < endOf(booking),
    no_show: expected && booking.check_in < now,
    check_out: inside,
    reversal: inside && businessDate(booking, arrivedAt(booking)) === now,
    cancel: expected,
    change: expected || inside,
    tooEarly: expected && now < booking.check_in,
  };
}

/** Returns the first date on which a guest can arrive no more: of a day use the next one, for it has one date. */
export function endOf({ check_in: from, check_out: to }) {
  return from === to ? addDays(to, 1) : to;
}

function arrivedAt({ timeline }) {
  return Date.parse(timeline.findLast((it) => it.status === "checked_in").at);
}
