// Giving money back: how much, why, and what that means for the booking.
import { Button, FaultLine, Field, Notice, Sheet, toast } from "../../shared/components.js";
import { money, toFen, toYuan } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";

const REASON_LENGTH = 80;

/** What can still go back (fen): what has come in, without what has gone back or is on its way. */
export function refundable(booking, payments) {
  // Money for an order that still waits pays it first.
  if (booking.status === "pending_payment") return 0;
  const came = payments.filter((it) => it.status === "succeeded");
  return came.reduce((sum, it) => sum + it.amount - it.refunded, 0);
}

export function RefundSheet({ booking, left, onDone, onClose }) {
  // What could go back when the sheet was opened; a reload behind it changes no amount under the fingers.
  const [most] = useState(left);
  const [yuan, setYuan] = useState(toYuan(left));
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const amount = toFen(yuan);
  const wrong =
    amount === null || amount === 0
      ? t("desk.amount_wrong")
      : amount > most && t("desk.amount_most", { most: money(most) });
  const nameless = !reason.trim() && t("desk.reason_missing");
  const send = useAction(async () => {
    const body = { amount, reason: reason.trim() };
    await postOnce(api, `refund ${booking.order_no}`, `/api/staff/orders/${booking.order_no}/refunds`, body);
    toast(t("desk.refund_sent", { amount: money(amount) }));
    onClose();
    await onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    setTried(true);
    if (!wrong && !nameless) send.run();
  };
  return html`<${Sheet} title=${t("desk.refund_of", { name: booking.guest_name })} onClose=${onClose} held=${reason !== ""}>
    <form class="stack" novalidate onSubmit=${submit}>
      <p>${t("desk.refund_left", { most: money(most) })}</p>
      <${Field} label=${t("desk.refund_amount")} inputmode="decimal" value=${yuan} onInput=${setYuan} wrong=${tried || yuan ? wrong : undefined} />
      <${Shares} booking=${booking} most=${most} choose=${(fen) => setYuan(toYuan(fen))} />
      <${Field} label=${t("desk.reason")} maxlength=${REASON_LENGTH} value=${reason} onInput=${setReason} hint=${t("desk.reason_hint")}
        wrong=${tried ? nameless || undefined : undefined} />
      ${!wrong && html`<${Notice} tone=${ends(booking, amount, most) ? "warn" : ""}>${t(ends(booking, amount, most) ? "desk.refund_ends" : "desk.refund_keeps")}<//>`}
      <${FaultLine} error=${send.error} />
      <${Button} type="submit" wide busy=${send.busy}>${wrong ? t("desk.refund") : t("desk.refund_send", { amount: money(amount) })}<//>
    </form>
  <//>`;
}

/** All of a paid booking's money: the booking ends with it. */
function ends(booking, amount, most) {
  return amount === most && booking.status === "paid";
}

/** Amounts that are often meant: all of it, half, one night. */
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
