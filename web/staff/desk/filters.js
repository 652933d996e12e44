// The filters of the list of bookings, stored while staff open a booking and come back.
import { tab } from "../../shared/storage.js";
import { person } from "../session.js";

const KEY = "posthouse.desk.bookings";
const NONE = { hotel_id: "", status: "", date: "", phone_number: "" };

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
  const mine = kept && kept.who === person()?.username;
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

/** Returns the path for what was typed: the page of an order, or the list of bookings with that phone number. */
export function searchFor(wanted) {
  if (/^[A-Za-z][0-9A-Za-z_-]*$/.test(wanted)) {
    keepList({ back: "/" });
    return `/bookings/${wanted.toUpperCase()}`;
  }
  keepList({ filters: { ...NONE, phone_number: wanted }, pages: 1, scroll: 0 });
  return "/bookings";
}
