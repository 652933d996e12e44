// A stay in words: its room, its guests and its dates.
import "./texts.js";
import { day, money, nightsBetween } from "../../shared/format.js";
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

/** Returns "21 Nov – 23 Nov, 2 nights"; of a day use "21 Nov, 13:00 – 17:00". */
export function stayOf(booking) {
  const nights = nightsBetween(booking.check_in, booking.check_out);
  if (nights === 0) return dayUseOf(booking);
  return t(nights === 1 ? "desk.stay_one" : "desk.stay", {
    from: day(booking.check_in),
    to: day(booking.check_out),
    count: nights,
  });
}

/** A booking keeps the hours of its day use as its hours of check-in and check-out. */
function dayUseOf({ check_in: date, check_in_time: from, check_out_time: to }) {
  return from ? t("desk.day_use_of", { day: day(date), from, to }) : t("desk.day_use_on", { day: day(date) });
}

/** Returns the name of a plan as it was booked, or of an offer: `{rate_plan_id, rate_plan_name or name}`. */
export function planText({ rate_plan_id: id, rate_plan_name: booked, name }) {
  return id ? inLanguage(booked ?? name) : t("desk.standard_plan");
}

/** Returns in words how a stay is paid; `due` is `{now, later}` in fen. */
export function payText({ payment }, { now, later }) {
  return t(`desk.pay.${payment}`, { now: money(now), later: money(later) });
}

/** Returns "2 breakfasts". */
export function breakfastsText(count) {
  if (!count) return t("desk.no_breakfast");
  return t(count === 1 ? "desk.breakfast" : "desk.breakfasts", { count });
}
