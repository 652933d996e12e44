// The filters of the list of bookings, stored while staff open a booking and come back.
import { tab } from "../../shared/storage.js";
import { person } from "../session.js";

const KEY = "posthouse.desk.bookings";
const NONE = { query: "", hotel_id: "", status: "", date: "", departure: "", unpaid: "" };

/** The fewest characters that the API looks for. */
export const SHORTEST_QUERY = 2;

/** The statuses of a booking, in their order. */
export const STATES = [
  "pending_payment",
  "reserved",
  "paid",
  "checked_in",
  "finished",
  "cancelled",
  "refunding",
  "refunded",
  "no_show",
];

/** Returns `{filters, pages, scroll, back}` as this member of staff left them in this tab. */
export function keptList() {
  const kept = tab.read(KEY);
  const mine = kept && kept.who === person()?.username && "unpaid" in kept.filters;
  return mine ? kept : { filters: NONE, pages: 1, scroll: 0, back: "/bookings" };
}

/** Stores a change. `back` is the page from which a booking was opened. */
export function keepList(change) {
  const kept = { ...keptList(), ...change, who: person()?.username };
  tab.write(KEY, kept);
}

export function noFilters() {
  return { ...NONE };
}

/** Returns the path for what was typed: the page of an order by its whole number, or the list of what is found. */
export function searchFor(wanted) {
  if (/^B[0-9A-Z]{26}$/i.test(wanted)) {
    keepList({ back: "/" });
    return `/bookings/${wanted.toUpperCase()}`;
  }
  keepList({ filters: { ...NONE, query: wanted }, pages: 1, scroll: 0 });
  return "/bookings";
}
