// Where the guest is, asked only when they sort by distance.
const WAIT_MS = 10_000;
// About a hundred metres: enough to sort hotels.
const DIGITS = 3;
let found = null;

/** `{latitude, longitude}` once the guest has let the browser tell it, else null. */
export function knownPlace() {
  return found;
}

/** Ask the browser. It throws where the guest refuses, or where it cannot be told. */
export async function askPlace() {
  if (!navigator.geolocation) throw new Error("no geolocation");
  const position = await new Promise((done, failed) =>
    navigator.geolocation.getCurrentPosition(done, failed, { timeout: WAIT_MS, maximumAge: 600_000 }),
  );
  const round = (degrees) => Number(degrees.toFixed(DIGITS));
  found = { latitude: round(position.coords.latitude), longitude: round(position.coords.longitude) };
  return found;
}
