// The server's time, by the Date headers of its answers, as a device's own clock may be wrong; and waiting.
let least = Number.NEGATIVE_INFINITY;
let most = Number.POSITIVE_INFINITY;

/** An answer that was asked for at `sent` and came at `received` (ms of this device): its Date lies between the two. */
export function hearTime(headers, sent, received) {
  const told = Date.parse(headers.get("Date"));
  if (Number.isNaN(told) || headers.has("Age")) return;
  // Date has whole seconds: the answer was made within the second that it names.
  const [from, to] = [told - received, told + 1000 - sent];
  const contradicts = from > most || to < least; // the device's clock was set meanwhile
  least = contradicts ? from : Math.max(least, from);
  most = contradicts ? to : Math.min(most, to);
}

/** The server's time now (ms): this device's, unless the answers have shown it to be wrong. */
export function serverNow() {
  const fits = (least <= 0 && most >= 0) || least === Number.NEGATIVE_INFINITY;
  return Date.now() + (fits ? 0 : (least + most) / 2);
}

/** Resolves after `ms`. */
export function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
