// The checkout: goods, delivery and price. It places the order once.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { pause } from "../../shared/clock.js";
import { Banner, Button, Empty, Failure, Loading, Picture, Price } from "../../shared/components.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useLocation, useRef, useState } from "../../vendor/preact.js";
import { askConsent } from "../consent.js";
import { CouponRow } from "../coupons/picker.js";
import { bestCoupon, GOODS, obstacleOf } from "../coupons/rules.js";
import { RequireLogin } from "../login/require.js";
import { useWelcome } from "../login/welcome.js";
import { noteOrder, sameShopOrder, useUnpaid, wayToPay } from "../orders/unpaid.js";
import { api } from "../session.js";
import { Page, Side } from "../shell.js";
import { BalanceRow } from "./balance.js";
import { beginCheckout, endCheckout, readCheckout } from "./cart_storage.js";
import { DeliveryFields, useDelivery } from "./delivery.js";
import { readGoodsOnSale } from "./goods_on_sale.js";
import { CheckoutProblem } from "./refusals.js";
import { sumOf } from "./sum.js";
import { Sum } from "./sum_view.js";

const POLLS_FOR_PRICE = 8;
const POLL_EVERY_MS = 1500;

export function Checkout() {
  return html`<${RequireLogin} back="/cart"><${Loader} /><//>`;
}

/** Reads all that the page needs. */
async function readAll(checkout) {
  const [onSale, me, coupons] = await Promise.all([
    readGoodsOnSale(checkout.items.map((item) => item.goods_id)),
    api.get("/api/me"),
    everything(api, "/api/me/coupons", { status: "unused" }),
  ]);
  return { onSale, me, coupons };
}

function Loader() {
  const [checkout, setCheckout] = useState(readCheckout);
  const from = useLoad(() => (checkout ? readAll(checkout) : null), [checkout]);
  useWelcome(from.reload);
  const frame = (children) => html`<${Page} title=${t("shop.checkout")} back="/cart">${children}<//>`;
  if (!checkout) {
    return frame(
      html`<${Empty} title=${t("shop.cart_empty")} picture="cart"><${Link} href="/shop" class="button">${t("shop.to_shop")}<//><//>`,
    );
  }
  if (!from.data) {
    return frame(
      from.error ? html`<${Failure} error=${from.error} retry=${from.reload} />` : html`<${Loading} rows=${4} />`,
    );
  }
  const adjust = (items) => {
    beginCheckout(items, checkout.fromCart);
    setCheckout(readCheckout());
  };
  return html`<${Form} checkout=${checkout} facts=${from.data} reload=${from.reload} onAdjust=${adjust} />`;
}

/** Returns the guest's choices. They stay valid when prices or coupons are read again. */
function useChoices(facts, total) {
  // Undefined until the guest chooses: until then the best coupon is used.
  const [chosen, setCoupon] = useState(undefined);
  const coupon = chosen === undefined ? bestCoupon(facts.coupons, GOODS, total) : chosen;
  const [wanted, setWanted] = useState(0);
  const still =
    coupon && facts.coupons.find((it) => it.coupon_id === coupon.coupon_id && !obstacleOf(it, GOODS, total));
  const sum = sumOf({ total, rule: facts.onSale.shipping, coupon: still, balance: facts.me.balance, wanted });
  return { coupon: still ?? null, setCoupon, wanted, setWanted, sum };
}

function linesOf(checkout, facts) {
  return checkout.items.map((item) => ({ ...item, goods: facts.onSale.goods.get(item.goods_id) }));
}

function totalOf(lines) {
  return lines.reduce((sum, { goods, quantity }) => sum + (goods?.price ?? 0) * quantity, 0);
}

/** The list of goods may be some seconds old: reads it until it shows the actual price of the order. */
async function readUntilItCosts(actual, checkout, reload) {
  for (let look = 0; look < POLLS_FOR_PRICE; look += 1) {
    const facts = await reload();
    if (!facts || totalOf(linesOf(checkout, facts)) === actual) return;
    await pause(POLL_EVERY_MS);
  }
}

function Form({ checkout, facts, reload, onAdjust }) {
  const [, go] = useLocation();
  const lines = linesOf(checkout, facts);
  const total = totalOf(lines);
  const delivery = useDelivery();
  const choices = useChoices(facts, total);
  const asked = useRef(false);
  // A second press does not order the same once more.
  const waiting = sameShopOrder(useUnpaid(), { items: checkout.items, ...delivery.trimmed() });
  const missing = !waiting && lines.some(({ goods, quantity }) => !goods || goods.stock < quantity);
  const order = useAction(async () => {
    if (!delivery.isWhole()) return;
    const body = {
      ...delivery.trimmed(),
      items: checkout.items,
      coupon_id: choices.coupon?.coupon_id ?? null,
      balance: choices.sum.balance,
      expected_total: total,
    };
    // The address must also survive a login that the order may need.
    delivery.keep();
    if (waiting) {
      endCheckout();
      return go(...wayToPay(waiting));
    }
    if (!asked.current) {
      asked.current = true;
      await askConsent("goods_ordered");
    }
    try {
      const made = await postOnce(api, "checkout", "/api/shop-orders", body);
      endCheckout();
      noteOrder(made);
      go(`/shop-orders/${made.order_no}`, { replace: true, state: { pay: made.status === "pending_payment" } });
    } catch (error) {
      if (error.code === "price_changed") await readUntilItCosts(error.body.actual, checkout, reload);
      else if (error.status === 409 || error.status === 404) await reload();
      throw error;
    }
  });
  return html`<${Page} title=${t("shop.checkout")} back=${checkout.fromCart ? "/cart" : `/shop/${checkout.items[0].goods_id}`}
    foot=${html`<${Foot} sum=${choices.sum} order=${order} missing=${missing} waiting=${waiting} />`}>
    ${waiting && html`<${Banner} tone="warn">${t("orders.unpaid_same")}<//>`}
    <${CheckoutProblem} error=${order.error} missing=${missing} lines=${lines} onAdjust=${onAdjust} />
    <section class="card stack"><h2>${t("shop.delivery")}</h2><${DeliveryFields} of=${delivery} />
      <p class="small muted">${t("shop.delivery_kept")}</p></section>
    <section class="cells"><h2 class="unseen">${t("shop.what")}</h2><ul>${lines.map((line) => html`<${Line} key=${line.goods_id} line=${line} />`)}</ul></section>
    <${Side}><section class="cells"><h2 class="unseen">${t("shop.how_paid")}</h2>
      <${CouponRow} coupons=${facts.coupons} scope=${GOODS} total=${total} chosen=${choices.coupon} onChoose=${choices.setCoupon} />
      <${BalanceRow} balance=${facts.me.balance} most=${choices.sum.mostBalance} used=${choices.sum.balance} onUse=${choices.setWanted} />
    </section>
    <section class="card"><h2 class="unseen">${t("shop.sum")}</h2><${Sum} sum=${choices.sum} /></section><//>
  <//>`;
}

function Line({ line: { goods, goods_id, quantity } }) {
  const short = goods && goods.stock < quantity;
  return html`<li class=${goods ? "cell" : "cell gone"}>
    <${Picture} src=${goods?.images[0]} className="thumb small-thumb" />
    <div class="grow"><span>${goods ? inLanguage(goods.name) : goods_id}</span>
      ${!goods && html`<p class="small warn-text">${t("shop.line_off_sale")}</p>`}
      ${short && html`<p class="small warn-text">${goods.stock ? t("shop.line_short", { count: goods.stock }) : t("shop.line_sold_out")}</p>`}</div>
    <span class="line-sum number">${goods && html`<${Price} fen=${goods.price} />`}<span class="muted small">× ${quantity}</span></span>
  </li>`;
}

function Foot({ sum, order, missing, waiting }) {
  const known = sum.payable !== null;
  let text = sum.payable === 0 ? "shop.order_paid" : "shop.order";
  if (waiting) text = "orders.pay";
  return html`<div class="grow"><span class="small muted">${t(known ? "shop.to_pay" : "shop.to_pay_before_sending")}</span><br />
      <strong class="foot-price"><${Price} fen=${known ? sum.payable : sum.total - sum.discount - sum.balance} /></strong></div>
    <${Button} busy=${order.busy} disabled=${missing} onClick=${order.run}>${t(text)}<//>`;
}
