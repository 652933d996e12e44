// The price of a stay, calculated as the API does (domain/price.py): nights, more guests than the room's price includes, extras.
import { guestsPrice } from "../../shared/occupancy.js";
import { shareOf } from "../../shared/rule.js";
import { offered } from "./nights.js";

/** By what an extra's price is multiplied, beside its quantity. Rooms do not multiply it. */
const TIMES = {
  stay: () => 1,
  night: ({ nights }) => nights,
  guest: ({ guests }) => guests,
  guest_night: ({ guests, nights }) => guests * nights,
};

/** Returns what an extra costs that is chosen so many times, in fen. */
export function extraAmount(extra, quantity, { adults, children }, nights) {
  return extra.price * quantity * TIMES[extra.per]({ guests: adults + children, nights });
}

/**
 * Returns the price before any coupon: `{offer, nights, guests, extras, total}` in fen; null if a night is not open. `nights` maps a
 * date to `{price, available}`, `chosen` are `{extra, quantity}`. `offer.total` is for one room, the others for all.
 */
export function priceStay(room, party, range, nights, chosen = []) {
  const offer = offered(range, nights);
  if (!offer) return null;
  const guests = guestsPrice(room, party) * offer.nights;
  const extras = chosen.map(({ extra, quantity }) => ({
    ...extra,
    quantity,
    amount: extraAmount(extra, quantity, party, offer.nights),
  }));
  const rooms = offer.total * party.units;
  const total = rooms + guests + extras.reduce((sum, it) => sum + it.amount, 0);
  return { offer, nights: rooms, guests, extras, total };
}

/** Returns the calendar with the prices of an offer: its plan changes what a night costs, and not how many units are left. */
export function nightsOf(offer, nights) {
  const priced = new Map((offer?.nights ?? []).map((night) => [night.date, night.price]));
  return new Map([...nights].map(([date, night]) => [date, { ...night, price: priced.get(date) ?? night.price }]));
}

/**
 * Returns what of `payable` fen is due with the booking, and what at the hotel: `{now, later}`. `payment` and `deposit_bp` are those of
 * an offer (domain/rate_plan.py); without one all is due now.
 */
export function dueOf(payable, { payment = "full", deposit_bp: deposit } = {}) {
  const parts = { full: payable, deposit: shareOf(payable, deposit ?? 0), at_hotel: 0 };
  return { now: parts[payment], later: payable - parts[payment] };
}
