// The server's time, from the Date headers of its responses: the device's own clock may be wrong. Also a pause.
let least = Number.NEGATIVE_INFINITY;
let most = Number.POSITIVE_INFINITY;

/** Takes the Date of a response that was requested at `sent` and came at `received` (ms, device time): it lies between the two. */
export function hearTime(headers, sent, received) {
  const told = Date.parse(headers.get("Date"));
  if (Number.isNaN(told) || headers.has("Age")) return;
  // Date has whole seconds: the response was made within that second.
  const [from, to] = [told - received, told + 1000 - sent];
  const contradicts = from > most || to < least; // the device's clock was set meanwhile
  least = contradicts ? from : Math.max(least, from);
  most = contradicts ? to : Math.min(most, to);
}

/** Returns the server's time now (ms): the device's time, unless the responses show that it is wrong. */
export function serverNow() {
  const fits = (least <= 0 && most >= 0) || least === Number.NEGATIVE_INFINITY;
  return Date.now() + (fits ? 0 : (least + most) / 2);
}

/** Resolves after `ms`. */
export function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
