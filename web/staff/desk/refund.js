// The refund of a booking: amount, reason, and the effect on the booking.
import {
  Banner,
  Button,
  FaultLine,
  Field,
  LeaveButton,
  Loaded,
  Segments,
  Sheet,
  toast,
} from "../../shared/components.js";
import { moment, money, toFen, toYuan } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { findBooking } from "./reading.js";

const REASON_LENGTH = 80;

/** Returns what can still be refunded (fen): what was paid, less refunds that are completed or in progress. */
function refundable(booking, payments) {
  // A booking that awaits payment has nothing to refund.
  if (booking.status === "pending_payment") return 0;
  const came = payments.filter((it) => it.status === "succeeded");
  return came.reduce((sum, it) => sum + it.amount - it.refunded, 0);
}

/** The action of the booking's page. */
export function Refund({ booking, payments, asked, ask, onChange }) {
  const left = refundable(booking, payments);
  return html`${left > 0 && html`<${Button} kind="plain" onClick=${() => ask("refund")}>${t("desk.refund")}<//>`}
    ${asked === "refund" && html`<${RefundSheet} booking=${booking} onDone=${onChange} onClose=${() => ask(null)} />`}`;
}

/** Reads what can be refunded now: the page behind the sheet may be old. */
async function readLeft(orderNo) {
  const [booking, { items: payments }] = await Promise.all([
    findBooking(orderNo),
    api.get("/api/staff/payments", { order_no: orderNo }),
  ]);
  return { booking, payments, left: refundable(booking, payments) };
}

function RefundSheet({ booking: { order_no: orderNo, guest_name: name }, onDone, onClose }) {
  const [refused, setRefused] = useState(null);
  const facts = useLoad(() => readLeft(orderNo), [refused]);
  const title = t("desk.refund_of", { name });
  if (!facts.data) {
    return html`<${Sheet} title=${title} onClose=${onClose}><${Loaded} from=${facts}>${() => null}<//><//>`;
  }
  if (facts.data.left === 0) {
    const status = t(`status.${facts.data.booking.status}`);
    return html`<${Sheet} title=${title} onClose=${onClose}><${Banner} tone="warn">${t("changed_to", { status })}<//><${LeaveButton} /><//>`;
  }
  return html`<${RefundForm} title=${title} ...${facts.data} onRefused=${setRefused} onDone=${onDone} onClose=${onClose} />`;
}

function RefundForm({ title, booking, payments, left, onRefused, onDone, onClose }) {
  const credit = Math.min(left, Math.max(0, -booking.balance));
  // A credit is most often what staff want to pay out.
  const [fromCredit, setFromCredit] = useState(credit > 0);
  const most = fromCredit && credit > 0 ? credit : left;
  const [yuan, setYuan] = useState(toYuan(most));
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const amount = toFen(yuan);
  const wrong =
    amount === null || amount === 0
      ? t("desk.amount_wrong")
      : amount > most && t("desk.amount_most", { most: money(most) });
  const nameless = !reason.trim() && t("desk.reason_missing");
  const choose = (way) => {
    setFromCredit(way === "credit");
    setYuan(toYuan(way === "credit" ? credit : left));
  };
  const send = useAction(async () => {
    const body = { amount, reason: reason.trim(), ...(most === credit && fromCredit && { from_credit: true }) };
    let made;
    try {
      made = await postOnce(api, `refund ${booking.order_no}`, `/api/staff/orders/${booking.order_no}/refunds`, body);
    } catch (error) {
      // Another refund came first: the sheet reads again what is left.
      if (error.status === 409) onRefused(error);
      throw error;
    }
    const count = made.refunds.length;
    toast(t(count > 1 ? "desk.refunds_sent" : "desk.refund_sent", { count, amount: money(amount) }));
    onClose();
    await onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    setTried(true);
    if (!wrong && !nameless) send.run();
  };
  return html`<${Sheet} title=${title} onClose=${onClose} held=${reason !== ""}>
    <form class="stack" novalidate onSubmit=${submit}>
      ${credit > 0 && html`<${Way} credit=${credit} fromCredit=${fromCredit} onChange=${choose} />`}
      <p>${t("desk.refund_left", { most: money(most) })}</p>
      <${Field} label=${t("desk.refund_amount")} inputmode="decimal" value=${yuan} onInput=${setYuan} wrong=${tried || yuan ? wrong : undefined} />
      <${Shares} booking=${booking} most=${most} choose=${(fen) => setYuan(toYuan(fen))} />
      ${!wrong && html`<${Plan} parts=${partsOf(payments, amount)} />`}
      <${Field} label=${t("desk.reason")} maxlength=${REASON_LENGTH} value=${reason} onInput=${setReason} hint=${t("desk.reason_hint")}
        wrong=${tried ? nameless || undefined : undefined} />
      ${!wrong && html`<${Banner} tone=${ends(booking, amount, left, fromCredit) ? "warn" : ""}>${t(ends(booking, amount, left, fromCredit) ? "desk.refund_ends" : "desk.refund_keeps")}<//>`}
      <${FaultLine} error=${send.error} />
      <${Button} type="submit" wide busy=${send.busy}>${wrong ? t("desk.refund") : t("desk.refund_send", { amount: money(amount) })}<//>
    </form>
  <//>`;
}

/** The choice between a lower bill and the payment of a credit. */
function Way({ credit, fromCredit, onChange }) {
  const options = ["credit", "reduce"].map((it) => [it, t(`desk.refund_${it}`)]);
  const way = fromCredit ? "credit" : "reduce";
  return html`<${Segments} look="tabs" label=${t("desk.refund_way")} options=${options} value=${way} onChange=${onChange} />
    <p class="small muted" role="status">${t(`desk.refund_${way}_hint`, { credit: money(credit) })}</p>`;
}

/** Returns from which payments a refund is taken, newest first, as the API does: `{payment, part}`. */
function partsOf(payments, amount) {
  const parts = [];
  let rest = amount;
  const came = payments.filter((it) => it.status === "succeeded");
  for (const payment of came.sort((one, other) => other.succeeded_at.localeCompare(one.succeeded_at))) {
    const part = Math.min(rest, payment.amount - payment.refunded);
    if (part > 0) parts.push({ payment, part });
    rest -= part;
  }
  return parts;
}

/** Tells how a refund is taken from several payments. */
function Plan({ parts }) {
  if (parts.length < 2) return null;
  return html`<div class="small"><p>${t("desk.refund_plan", { count: parts.length })}</p>
    <ul>${parts.map(
      ({ payment, part }) =>
        html`<li key=${payment.payment_id} class="number">${t("desk.refund_part", {
          amount: money(part),
          at: moment(payment.succeeded_at),
          of: money(payment.amount),
        })}</li>`,
    )}</ul></div>`;
}

/** Whether this refund closes the booking: it is all that was paid, also at the desk, no credit, and the guest has not checked in. */
function ends(booking, amount, left, fromCredit) {
  return !fromCredit && amount === left && booking.desk === 0 && booking.status === "paid";
}

/** Buttons for common amounts: all, half, one night. */
function Shares({ booking, most, choose }) {
  const night = Math.min(booking.items[0]?.amount ?? most, most);
  const shares = [
    ["desk.share_all", most],
    ["desk.share_half", Math.round(most / 2)],
    ["desk.share_night", night],
  ];
  const offered = shares.filter(([, fen], at) => fen > 0 && shares.findIndex(([, other]) => other === fen) === at);
  return html`<div class="row wrap" role="group" aria-label=${t("desk.shares")}>
    ${offered.map(([key, fen]) => html`<${Button} kind="plain" small onClick=${() => choose(fen)}>${t(key)} ${money(fen)}<//>`)}
  </div>`;
}
