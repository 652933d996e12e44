// The cart, stored on the device, and the lines that go to the checkout, stored in the tab.
import { device, tab } from "../../shared/storage.js";
import { useEffect, useState } from "../../vendor/preact.js";

const CART = "posthouse.cart";
const CHECKOUT = "posthouse.checkout";
/** The most of one article in the cart; the API takes up to 999. */
export const MOST_OF_ONE = 99;
/** The most different articles in one order. */
export const MOST_LINES = 20;

const listeners = new Set();

/** Returns the lines of the cart: `{goods_id, quantity, name, price}`, with the name and the price from when they were added. */
export function readCart() {
  const kept = device.read(CART);
  return Array.isArray(kept) ? kept.filter((line) => line?.goods_id && Number.isInteger(line.quantity)) : [];
}

function write(lines) {
  device.write(CART, lines);
  for (const listener of listeners) listener(lines);
}

/** Adds an article to the cart. Returns how many of it are in the cart now. */
export function addToCart(goods, quantity) {
  const lines = readCart();
  const there = lines.find((line) => line.goods_id === goods.goods_id);
  const sum = Math.min((there?.quantity ?? 0) + quantity, MOST_OF_ONE);
  const line = { goods_id: goods.goods_id, quantity: sum, name: goods.name, price: goods.price };
  write(there ? lines.map((it) => (it === there ? line : it)) : [...lines, line]);
  return sum;
}

export function setQuantity(goodsId, quantity) {
  write(readCart().map((line) => (line.goods_id === goodsId ? { ...line, quantity } : line)));
}

/** Stores the prices that the guest has seen. */
export function seePrices(goods) {
  write(readCart().map((line) => ({ ...line, price: goods.get(line.goods_id)?.price ?? line.price })));
}

export function removeFromCart(goodsIds) {
  write(readCart().filter((line) => !goodsIds.includes(line.goods_id)));
}

/** Returns the lines of the cart, and renders the caller again when they change, also in another window. */
export function useCart() {
  const [lines, setLines] = useState(readCart);
  useEffect(() => {
    const elsewhere = (event) => event.key === CART && setLines(readCart());
    listeners.add(setLines);
    addEventListener("storage", elsewhere);
    return () => {
      listeners.delete(setLines);
      removeEventListener("storage", elsewhere);
    };
  }, []);
  return lines;
}

/** Take lines to the checkout; `fromCart` if they leave the cart once they are ordered. */
export function beginCheckout(lines, fromCart) {
  const items = lines.map(({ goods_id, quantity }) => ({ goods_id, quantity }));
  tab.write(CHECKOUT, { items, fromCart });
}

export function readCheckout() {
  const kept = tab.read(CHECKOUT);
  return kept?.items?.length > 0 ? kept : null;
}

/** It is ordered. */
export function endCheckout() {
  const checkout = readCheckout();
  if (checkout?.fromCart) removeFromCart(checkout.items.map((item) => item.goods_id));
  tab.remove(CHECKOUT);
}
