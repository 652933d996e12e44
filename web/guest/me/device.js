// What this device remembers of a guest: gone when they log out or leave.

const OF_A_GUEST = ["posthouse.cart", "posthouse.delivery"];

/** Forget the cart, the address, and everything that a window holds of the guest. */
export function forgetDevice() {
  for (const name of OF_A_GUEST) localStorage.removeItem(name);
  sessionStorage.clear();
}
