// What this device remembers of a guest: gone when they log out or leave, and when somebody else logs in.
import { device, tab } from "../../shared/storage.js";

const OWNER = "posthouse.of";
const OF_A_GUEST = ["posthouse.cart", "posthouse.delivery", OWNER];
/** A member of staff may be logged in beside the guest. */
const OF_STAFF = /^posthouse\.(staff|desk)/;

/** Forget the cart, the address, and everything that a window holds of the guest. */
export function forgetDevice() {
  for (const name of OF_A_GUEST) device.remove(name);
  for (const name of tab.names()) if (!OF_STAFF.test(name)) tab.remove(name);
}

/** A guest logs in: what another one has left here (their login had expired) is not theirs to see. */
export function takeOver(userId) {
  const before = device.get(OWNER);
  if (before && before !== userId) forgetDevice();
  device.set(OWNER, userId);
}
