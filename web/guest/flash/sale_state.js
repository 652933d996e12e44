// The state of a sale by the server's clock. It changes also between two requests.

/** Returns "scheduled", "open", "sold_out", "paused" or "ended", at `now` (ms). */
export function saleState(sale, now) {
  if (sale.status === "ended" || now >= Date.parse(sale.ends_at)) return "ended";
  if (sale.status === "paused") return "paused";
  if (now < Date.parse(sale.starts_at)) return "scheduled";
  // "open" also if it has started since the last request.
  return sale.left === 0 && sale.status === "open" ? "sold_out" : "open";
}
