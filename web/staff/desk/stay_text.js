// A stay in words: its room, its guests and its dates.
import { day, nightsBetween } from "../../shared/format.js";
import { inLanguage, t } from "../../shared/language.js";

/** Returns "Courtyard King", with the number of rooms if more than one. */
export function roomOf(booking) {
  const room = inLanguage(booking.room_name);
  return booking.units > 1 ? t("desk.rooms_of", { room, count: booking.units }) : room;
}

/** Returns "3 adults, 1 child". */
export function guestsOf({ adults, children }) {
  const told = [t(adults === 1 ? "desk.adult" : "desk.adults", { count: adults })];
  if (children > 0) told.push(t(children === 1 ? "desk.child" : "desk.children", { count: children }));
  return told.join(t("desk.comma"));
}

/** Returns "21 Nov – 23 Nov, 2 nights". */
export function stayOf(booking) {
  const nights = nightsBetween(booking.check_in, booking.check_out);
  return t(nights === 1 ? "desk.stay_one" : "desk.stay", {
    from: day(booking.check_in),
    to: day(booking.check_out),
    count: nights,
  });
}
