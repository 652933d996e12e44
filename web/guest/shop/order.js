// One order of goods, also of a flash sale: its status, and what the guest can do next.
import "./texts.js";
import { Banner, Button, Confirm, Countdown, Loaded, Status, Timeline, toast } from "../../shared/components.js";
import { useAction, useLoad, usePoll } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { takeState } from "../../shared/layers.js";
import { html, Link, useEffect, useState } from "../../vendor/preact.js";
import { RequireLogin } from "../login/require.js";
import { Invoice } from "../orders/invoice.js";
import { rememberKind } from "../orders/orders.js";
import { contradicts, Owed } from "../orders/owed.js";
import { noteOrder } from "../orders/unpaid.js";
import { PaySheet } from "../pay.js";
import { api } from "../session.js";
import { Page, Side } from "../shell.js";
import { AddressSheet } from "./address_sheet.js";
import { readGoodsOnSale } from "./goods_on_sale.js";
import { Delivery, Lines, Numbers, Refunds, Shipment } from "./order_parts.js";
import { Sum } from "./sum_view.js";

/** Statuses that change by themselves within seconds. */
const SOON = new Set(["unconfirmed", "cancelling"]);
const LATER = new Set(["pending_payment", "refunding"]);
const POLL_MS = 5000;
const QUICK_POLL_MS = 1000;
const QUICK_POLLS = 30;

export function Order({ params }) {
  return html`<${RequireLogin} back="/orders"><${One} key=${params.order_no} orderNo=${params.order_no} /><//>`;
}

function One({ orderNo }) {
  const from = useLoad(() => api.get(`/api/shop-orders/${orderNo}`), [orderNo]);
  const onSale = useLoad(() => readGoodsOnSale());
  useEffect(() => rememberKind("goods"), []);
  const [sheet, setSheet] = useState(() => (takeState("pay") ? "pay" : null));
  const [settling, setSettling] = useState(0);
  const order = from.data;
  useEffect(() => {
    if (order) noteOrder(order);
  }, [order?.status]);
  const moves = SOON.has(order?.status) || (settling > 0 && order?.status === "pending_payment");
  usePoll(
    async () => {
      setSettling((looks) => Math.max(0, looks - 1));
      from.setData(await api.get(`/api/shop-orders/${orderNo}`));
    },
    moves ? QUICK_POLL_MS : POLL_MS,
    moves || LATER.has(order?.status),
  );
  const close = () => setSheet(null);
  const changed = async () => {
    close();
    await from.reload();
  };
  const paid = () => {
    // The order becomes paid a moment after its payment.
    setSettling(QUICK_POLLS);
    return changed();
  };
  return html`<${Page} title=${t("shop.order_title")} back="/orders" foot=${order && html`<${Steps} order=${order} open=${setSheet} />`}>
    <${Loaded} from=${from} rows=${4} tall>
      ${(shown) => html`<${Head} order=${shown} reload=${from.reload} open=${setSheet} />
        <${Shipment} order=${shown} />
        <${Delivery} order=${shown} open=${setSheet} />
        <section class="cells"><h2 class="unseen">${t("shop.what")}</h2><${Lines} order=${shown} goods=${onSale.data?.goods} /></section>`}
    <//>
    ${
      order &&
      html`<${Side}><section class="card"><h2 class="unseen">${t("shop.sum")}</h2><${Sum} sum=${partsOf(order)} done=${isPaid(order)} /></section>
        <${Refunds} refunds=${order.refunds} />
        <${Invoice} order=${order} paid=${isPaid(order) && leftOf(order) > 0} />
        <section class="card stack"><h2>${t("shop.timeline")}</h2><${Timeline} steps=${order.timeline} /></section>
        <${Numbers} order=${order} /><//>`
    }
    ${sheet === "pay" && order?.status === "pending_payment" && html`<${PaySheet} orderNo=${orderNo} onPaid=${paid} onClose=${close} />`}
    ${sheet === "cancel" && html`<${Cancel} orderNo=${orderNo} status=${order?.status} onDone=${changed} onClose=${close} />`}
    ${sheet === "receive" && html`<${Receive} orderNo=${orderNo} status=${order?.status} onDone=${changed} onClose=${close} />`}
    ${sheet === "address" && html`<${AddressSheet} order=${order} onDone=${changed} onClose=${close} />`}
  <//>`;
}

function partsOf(order) {
  const { goods_total: total, shipping_fee: shipping, discount, balance_paid: balance, payable } = order;
  return { total, shipping, discount, balance, payable };
}

function isPaid(order) {
  return order.timeline.some((step) => step.status === "paid");
}

/** Returns what is paid of an order and did not go back, in fen. */
function leftOf({ payable, balance_paid: balance, refunds }) {
  const back = (refunds ?? []).filter((it) => it.status !== "failed").reduce((sum, it) => sum + it.amount, 0);
  return payable + balance - back;
}

/** The status, and a sentence on what comes next. */
function Head({ order, reload, open }) {
  const needsAddress = order.sale_id && !order.address && ["pending_payment", "paid"].includes(order.status);
  return html`<section class=${`goods-order-head ${order.status}`}>
    <div class="row wrap"><h2><${Status} of=${order.status} /></h2>
      ${order.sale_id && html`<span class="badge accent">${t("shop.of_flash")}</span>`}</div>
    ${!contradicts(order) && html`<p>${t(`shop.next_${order.status}`)}</p>`}<${Owed} order=${order} />
    ${order.status === "pending_payment" && html`<p class="goods-order-clock">${t("shop.pay_within")} <${Countdown} until=${order.expires_at} onEnd=${() => setTimeout(reload, 1500)}>${t("shop.time_over")}<//></p>`}
    ${
      needsAddress &&
      html`<${Banner} tone="warn"><span class="grow">${t("shop.needs_address")}</span>
      <${Button} small kind="plain" onClick=${() => open("address")}>${t("shop.give_address")}<//><//>`
    }
  </section>`;
}

/** The bar at the bottom: the next step for each status. */
function Steps({ order, open }) {
  if (order.status === "pending_payment") {
    return html`<${Button} kind="plain" onClick=${() => open("cancel")}>${t("shop.cancel")}<//>
      <${Button} wide onClick=${() => open("pay")}>${t("shop.pay")}<//>`;
  }
  if (order.status === "shipped")
    return html`<${Button} wide onClick=${() => open("receive")}>${t("shop.receive")}<//>`;
  const way = order.sale_id ? "/flash" : "/shop";
  return html`<${Link} href=${way} class="button plain wide">${t(order.sale_id ? "shop.to_flash" : "shop.shop_more")}<//>`;
}

/** Returns what makes a sheet look whether the order is still in a status. */
function stillIn(status, orderNo) {
  return {
    read: () => api.get(`/api/shop-orders/${orderNo}`),
    obstacle: (now) => (now.status === status ? null : t("changed_to", { status: t(`status.${now.status}`) })),
  };
}

function Cancel({ orderNo, status, onDone, onClose }) {
  const cancel = useAction(async () => {
    await api.post(`/api/shop-orders/${orderNo}/cancellation`);
    toast(t("shop.cancelled"));
    await onDone();
  });
  return html`<${Confirm} title=${t("shop.cancel_sure")} action=${t("shop.cancel")} busy=${cancel.busy} error=${cancel.error}
    onConfirm=${cancel.run} onClose=${onClose} since=${status} ...${stillIn("pending_payment", orderNo)}><p>${t("shop.cancel_means")}</p><//>`;
}

function Receive({ orderNo, status, onDone, onClose }) {
  const receive = useAction(async () => {
    await api.post(`/api/shop-orders/${orderNo}/receipt`);
    toast(t("shop.received"));
    await onDone();
  });
  return html`<${Confirm} title=${t("shop.receive_sure")} action=${t("shop.receive")} danger=${false} busy=${receive.busy}
    error=${receive.error} onConfirm=${receive.run} onClose=${onClose} since=${status} ...${stillIn("shipped", orderNo)}><p>${t("shop.receive_means")}</p><//>`;
}
