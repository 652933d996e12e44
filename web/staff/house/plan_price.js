// What a rate plan makes of the calendar's prices, as domain/rate_plan.py says it.
import { shareOf } from "../../shared/rule.js";
import { isoWeekday } from "../desk/pattern.js";

const BASIS = 10_000;

/** Returns what the adjustments make of a calendar price: below 1 fen the API refuses the plan. */
export function rawPrice({ adjustment_bp: bp, adjustment }, calendar) {
  return shareOf(calendar, BASIS + (bp || 0)) + (adjustment || 0);
}

/** Returns the price of a night that costs so much by the calendar, at least 1 fen. */
export function nightPrice(plan, calendar) {
  return Math.max(1, rawPrice(plan, calendar));
}

/** Whether a plan is sold for the night of a date. */
export function soldOn(plan, date) {
  if (!plan.enabled || date < (plan.valid_from ?? date) || date > (plan.valid_to ?? date)) return false;
  return !plan.weekdays?.length || plan.weekdays.includes(isoWeekday(date));
}

/** Returns what is due with the booking of an amount; the rest is paid at the hotel. */
export function dueNow({ payment, deposit_bp: bp }, payable) {
  return { full: payable, deposit: shareOf(payable, bp || 0), at_hotel: 0 }[payment];
}
