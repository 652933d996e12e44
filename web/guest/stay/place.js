// The guest's place. The browser is asked for it only when the guest sorts by distance.
const WAIT_MS = 10_000;
// About a hundred metres: precise enough to sort hotels.
const DIGITS = 3;
let found = null;

/** Returns `{latitude, longitude}` if the guest has allowed it, else null. */
export function knownPlace() {
  return found;
}

/** Asks the browser for the place. Throws if the guest refuses or the browser cannot find it. */
export async function askPlace() {
  if (!navigator.geolocation) throw new Error("no geolocation");
  const position = await new Promise((done, failed) =>
    navigator.geolocation.getCurrentPosition(done, failed, { timeout: WAIT_MS, maximumAge: 600_000 }),
  );
  const round = (degrees) => Number(degrees.toFixed(DIGITS));
  found = { latitude: round(position.coords.latitude), longitude: round(position.coords.longitude) };
  return found;
}
