// The guest's orders that wait for their payment: the pages greet the guest with them, and no form orders the same once more.
import "./texts.js";
import { serverNow } from "../../shared/clock.js";
import { Countdown } from "../../shared/components.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, Link, useEffect, useState } from "../../vendor/preact.js";
import { orderPath } from "../me/paths.js";
import { api, session } from "../session.js";

/** An order waits for a quarter of an hour: it is among the newest. */
const NEWEST = 5;
/** The lists are not read again sooner. Orders that change here are known at once. */
const FRESH_MS = 120_000;
const WAITS = "pending_payment";

const listeners = new Set();
let known = { of: null, at: 0, orders: [] };

function set(orders, at = known.at) {
  known = { of: session.token(), at, orders };
  for (const listener of listeners) listener(known);
}

function mine() {
  return known.of && known.of === session.token() ? known.orders : [];
}

/** Call it with each order that a page has read or made: it waits, or it waits no more. */
export function noteOrder(order) {
  const others = mine().filter((it) => it.order_no !== order.order_no);
  const before = mine().length;
  if (order.status === WAITS) set([order, ...others]);
  else if (others.length < before) set(others);
}

async function read() {
  const newest = { limit: NEWEST };
  const lists = await Promise.all([api.get("/api/bookings", newest), api.get("/api/shop-orders", newest)]);
  set(
    lists.flatMap(({ items }) => items.filter((it) => it.status === WAITS)),
    Date.now(),
  );
}

/** Returns the orders that wait for their payment, the one with the least time first. It reads them if they are not fresh. */
export function useUnpaid() {
  const login = session.use()?.token;
  const [, see] = useState(known);
  useEffect(() => {
    listeners.add(see);
    return () => listeners.delete(see);
  }, []);
  useEffect(() => {
    if (!login || (known.of === login && Date.now() - known.at < FRESH_MS)) return;
    // Also after a failure: the pages work without it.
    known = { of: login, at: Date.now(), orders: mine() };
    read().catch(() => {});
  }, [login]);
  return mine()
    .filter((it) => Date.parse(it.expires_at) > serverNow())
    .sort((one, other) => one.expires_at.localeCompare(other.expires_at));
}

/** Returns where an order is paid: the arguments of the router's navigation. */
export function wayToPay(order) {
  return [orderPath(order.order_no), { replace: true, state: { pay: true } }];
}

/** A line for a guest who comes back with an unpaid order: the time that is left, and the way to pay. */
export function Unpaid() {
  const [, again] = useState(0);
  const [first, ...others] = useUnpaid();
  if (!first) return null;
  const whole = others.length > 0;
  return html`<${Link} class="unpaid" href=${whole ? "/orders" : orderPath(first.order_no)} state=${whole ? null : { pay: true }}>
    <${Icon} name="clock" size="20" />
    <span class="grow"><span class="sentence">${whole ? t("orders.unpaid_some", { count: others.length + 1 }) : t("orders.unpaid_one")}</span>${" "}
      <span class="small">${t("orders.pay_within")} <${Countdown} until=${first.expires_at} onEnd=${() => again(first.order_no)} /></span></span>
    <span class="button small">${t(whole ? "orders.unpaid_see" : "orders.pay")}</span>
  <//>`;
}

/** Returns the unpaid booking that is the same as this wish; undefined if there is none. */
export function sameBooking(unpaid, wish) {
  const parts = ["room_id", "check_in", "check_out", "units", "adults", "children", "guest_name"];
  // By the hour it is the same room only at the same hour.
  if (wish.check_in === wish.check_out) parts.push("arrival_time");
  const [extras, plan] = [extrasOf(wish), wish.rate_plan_id ?? null];
  const same = (it) => extrasOf(it) === extras && (it.rate_plan_id ?? null) === plan;
  return unpaid.find((it) => same(it) && parts.every((part) => it[part] === wish[part]));
}

function extrasOf({ extras = [] }) {
  return extras
    .map((it) => `${it.extra_id} ${it.quantity}`)
    .sort()
    .join();
}

/** Returns the unpaid shop order that is the same as this wish; undefined if there is none. */
export function sameShopOrder(unpaid, wish) {
  const parts = ["address", "consignee"];
  const goods = goodsOf(wish.items);
  return unpaid.find(
    (it) => it.items && !it.sale_id && goodsOf(it.items) === goods && parts.every((part) => it[part] === wish[part]),
  );
}

function goodsOf(items) {
  return items
    .map((it) => `${it.goods_id} ${it.quantity}`)
    .sort()
    .join();
}
