// What the list of bookings was narrowed to, kept while one visits a booking and comes back.
import { tab } from "../../shared/storage.js";
import { person } from "../session.js";

const KEY = "posthouse.desk.bookings";
const NONE = { hotel_id: "", status: "", date: "", phone_number: "" };

/** The states of a booking, in the order in which it goes through them. */
export const STATES = [
  "pending_payment",
  "paid",
  "checked_in",
  "finished",
  "cancelled",
  "refunding",
  "refunded",
  "no_show",
];

/** `{filters, pages, scroll, back}` as this member of staff left it in this tab. */
export function keptList() {
  const kept = tab.read(KEY);
  const mine = kept && kept.who === person()?.username;
  return mine ? kept : { filters: NONE, pages: 1, scroll: 0, back: "/bookings" };
}

/** `back` is where one came from when one opened a booking. */
export function keepList(change) {
  const kept = { ...keptList(), ...change, who: person()?.username };
  tab.write(KEY, kept);
}

export function noFilters() {
  return { ...NONE };
}

/** Where to look for what somebody typed: an order's own page, or the list of all bookings with that phone number. */
export function searchFor(wanted) {
  if (/^[A-Za-z][0-9A-Za-z_-]*$/.test(wanted)) {
    keepList({ back: "/" });
    return `/bookings/${wanted.toUpperCase()}`;
  }
  keepList({ filters: { ...NONE, phone_number: wanted }, pages: 1, scroll: 0 });
  return "/bookings";
}
