// How a sale stands by the server's clock, between two answers of the API too.

/** "scheduled", "open", "sold_out", "paused" or "ended", at `now` (ms). */
export function saleState(sale, now) {
  if (sale.status === "ended" || now >= Date.parse(sale.ends_at)) return "ended";
  if (sale.status === "paused") return "paused";
  if (now < Date.parse(sale.starts_at)) return "scheduled";
  // It has begun since the API was asked.
  return sale.left === 0 && sale.status === "open" ? "sold_out" : "open";
}
