// The sheet that pays an order of any kind. On one's own machine the simulator pays, inside WeChat the mini program; elsewhere nobody can.
import "./texts.js";
import { Problem, reach } from "../shared/api.js";
import { Banner, Button, Countdown, Failure, FaultLine, Loading, Price, Sheet } from "../shared/components.js";
import { config } from "../shared/config.js";
import { money } from "../shared/format.js";
import { useAction, useLoad, usePoll } from "../shared/hooks.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { askConsent, KINDS, momentAfterPaying } from "./consent.js";
import { noteOrder } from "./orders/unpaid.js";
import { api } from "./session.js";
import { askPayment, inMiniProgram } from "./wechat.js";

const POLL_EVERY_MS = 1500;
const POLLS = 40;
const PAID_SEEN_MS = 2000;
/** The path of an order in the API, by the first letter of its number. */
const ORDERS = { B: "/api/bookings/", S: "/api/shop-orders/", F: "/api/flash-orders/" };

/**
 * Pays an order. Calls `onPaid` once, after the guest has seen that it is paid; calls `onClose` if they close it unpaid.
 * The order becomes `paid` a moment later than its payment: the page of the order has to poll for that.
 */
export function PaySheet({ orderNo, onPaid, onClose }) {
  const opened = useLoad(() => open(orderNo), [orderNo]);
  const [paid, setPaid] = useState(false);
  const asked = useRef(false);
  const consented = async () => {
    if (asked.current) return;
    asked.current = true;
    // Inside WeChat the mini program has asked already, right after the payment.
    if (!inMiniProgram()) await askConsent(momentAfterPaying(orderNo));
    onPaid();
  };
  const succeeded = () => {
    // The order itself becomes paid a moment later.
    noteOrder({ order_no: orderNo, status: "paid" });
    setPaid(true);
  };
  const leave = paid ? consented : onClose;
  return html`<${Sheet} title=${t("pay.title")} onClose=${leave}>
    ${!opened.data && !opened.error && html`<${Loading} rows="2" />`}
    ${!opened.data && opened.error && html`<${NotOpened} error=${opened.error} retry=${opened.reload} onClose=${onClose} />`}
    ${opened.data && paid && html`<${Paid} amount=${opened.data.payment.amount} onPaid=${consented} />`}
    ${opened.data && !paid && html`<${Open} ...${opened.data} onSucceeded=${succeeded} onClose=${onClose} />`}
  <//>`;
}

async function open(orderNo) {
  const [{ simulator }, order, payment] = await Promise.all([
    config(),
    // The order can be paid even if its time limit is unknown.
    api.get(`${ORDERS[orderNo[0]]}${orderNo}`).catch(() => null),
    api.post(`/api/orders/${orderNo}/payments`),
  ]);
  return {
    payment: { ...payment, order_no: orderNo },
    until: order?.status === "pending_payment" ? order.expires_at : undefined,
    simulator,
  };
}

function NotOpened({ error, retry, onClose }) {
  const refused = error instanceof Problem && error.status < 500;
  if (!refused) return html`<${Failure} error=${error} retry=${retry} />`;
  return html`<${FaultLine} error=${error} /><${Button} kind="plain" wide onClick=${onClose}>${t("pay.close")}<//>`;
}

function Open({ payment, until, simulator, onSucceeded, onClose }) {
  const [over, setOver] = useState(false);
  // How many polls are left; null before the first press.
  const [looks, setLooks] = useState(null);
  const waiting = looks > 0;
  const look = async () => {
    const { status } = await api.get(`/api/payments/${payment.payment_id}`);
    if (status === "succeeded") onSucceeded();
    if (status === "closed") setOver(true);
  };
  usePoll(
    async () => {
      setLooks(looks - 1);
      await look();
    },
    POLL_EVERY_MS,
    waiting,
  );
  const pay = useAction(async () => {
    if (simulator) await play(payment, "success");
    else await askPayment(payment.wechat, KINDS[momentAfterPaying(payment.order_no)]);
    setLooks(POLLS);
    if (simulator) await look();
  });
  const refuse = useAction(async () => {
    await play(payment, "fail");
    onClose();
  });
  const able = simulator || inMiniProgram();
  return html`<div class="pay-head">
      <p class="muted">${t("pay.amount")}</p>
      <p class="pay-amount"><${Price} fen=${payment.amount} /></p>
      ${until && !over && html`<p class="pay-time">${t("pay.time_left")} <${Countdown} until=${until} onEnd=${() => setOver(true)} /></p>`}
    </div>
    <div class="cells"><p class="cell"><span class="pay-mark"><${Icon} name="wallet" /></span>${t("pay.wechat")}
      <span class="value pay-check"><${Icon} name="check" /></span></p></div>
    ${over && html`<${Banner} tone="warn">${t("pay.over")}<//>`}
    ${!over && !able && html`<${Banner}>${t("pay.elsewhere")}<//>`}
    ${!over && simulator && html`<p class="small muted">${t("pay.simulated")}</p>`}
    ${!over && looks !== null && html`<p class="banner" role="status">${t(waiting ? "pay.waiting" : "pay.slow")}</p>`}
    <${FaultLine} error=${pay.error || refuse.error} />
    <div class="stack">
      ${!over && able && html`<${Button} wide busy=${pay.busy || (simulator && waiting)} onClick=${pay.run}>${t("pay.pay", { amount: money(payment.amount) })}<//>`}
      ${!over && simulator && html`<${Button} kind="plain" wide busy=${refuse.busy} disabled=${pay.busy || waiting} onClick=${refuse.run}>${t("pay.refuse")}<//>`}
      ${(over || !simulator) && html`<${Button} kind="plain" wide onClick=${onClose}>${t(over ? "pay.close" : "pay.later")}<//>`}
    </div>`;
}

/** Pays at the simulator, in the place of WeChat's own pay sheet. */
async function play(payment, result) {
  const prepayId = payment.wechat.package.replace("prepay_id=", "");
  const answer = await reach(`/simulator/payments/${encodeURIComponent(prepayId)}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ result }),
  });
  // 409: it is already paid, in another window. The next poll finds that.
  if (!answer.ok && answer.status !== 409) throw new Problem(answer.status, { code: "wechat_unavailable" });
}

function Paid({ amount, onPaid }) {
  const told = useRef(false);
  const tell = () => {
    if (told.current) return;
    told.current = true;
    onPaid();
  };
  useEffect(() => {
    const timer = setTimeout(tell, PAID_SEEN_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<div class="pay-head paid" role="status">
      <span class="pay-done"><${Icon} name="check" size="36" /></span>
      <h3>${t("pay.paid")}</h3>
      <p class="pay-amount"><${Price} fen=${amount} /></p>
    </div>
    <${Button} wide onClick=${tell}>${t("pay.done")}<//>`;
}
