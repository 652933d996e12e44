// How many guests rooms hold, and what more guests than the price of a room includes cost: as domain/price.py says it.

/** Whether these rooms hold the guests. A room type without a bound holds any number. */
export function holds(room, { units, adults, children }) {
  const fit = (count, most) => count <= (most ?? Number.POSITIVE_INFINITY) * units;
  return fit(adults, room.max_adults) && fit(children, room.max_children);
}

/** Returns what the guests beyond the price of the rooms cost in a night, in fen. */
export function guestsPrice(room, { units, adults, children }) {
  const included = room.included_adults ?? Number.POSITIVE_INFINITY;
  const more = Math.max(0, adults - included * units);
  return more * (room.extra_adult_price || 0) + children * (room.extra_child_price || 0);
}
