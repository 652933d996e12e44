// What this device stores about a guest. It is deleted on logout, on account deletion, and when another guest logs in.
import { device, tab } from "../../shared/storage.js";

const OWNER = "posthouse.of";
const OF_A_GUEST = ["posthouse.cart", "posthouse.delivery", "posthouse.simulated_openid", OWNER];
/** These names belong to staff, who may be logged in in the same browser. */
const OF_STAFF = /^posthouse\.(staff|desk)/;

/** Deletes the cart, the address and all session data of the guest. */
export function forgetDevice() {
  for (const name of OF_A_GUEST) device.remove(name);
  for (const name of tab.names()) if (!OF_STAFF.test(name)) tab.remove(name);
}

/** Call it when a guest logs in: it deletes what another guest has left here after an expired session. */
export function takeOver(userId) {
  const before = device.get(OWNER);
  if (before && before !== userId) forgetDevice();
  device.set(OWNER, userId);
}
