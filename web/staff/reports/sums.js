// Figures of several dates together, by the same rules as the API's of one.

/** Returns the sums of a report's days, and what follows from them: the parts are divided once, at the end. */
export function sumOf(days) {
  const of = (name) => days.reduce((sum, it) => sum + it[name], 0);
  const sold = of("sold");
  const revenue = of("room_revenue");
  const onOffer = of("units") - of("out_of_order");
  return {
    sold,
    room_revenue: revenue,
    day_use_revenue: of("day_use_revenue"),
    occupancy_bp: per(sold * 10_000, onOffer),
    adr: per(revenue, sold),
    revpar: per(revenue, onOffer),
  };
}

/** Half up; 0 where nothing divides. */
function per(whole, parts) {
  return parts > 0 ? Math.floor((2 * whole + parts) / (2 * parts)) : 0;
}

/** 8235 -> "82.4%". */
export function percent(basisPoints) {
  return `${(basisPoints / 100).toFixed(1)}%`;
}

/** A change: 3 -> "+3", -2 -> "−2", 0 -> "0". */
export function change(number, show = String) {
  if (number === 0) return show(0);
  return `${number > 0 ? "+" : "−"}${show(Math.abs(number))}`;
}
