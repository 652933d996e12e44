// WeChat's QR code at the desk: the guest scans it and pays what is owed, or a part of it.
import "./texts.js";
import "./qr_texts.js";
import { Problem, reach } from "../../shared/api.js";
import {
  Banner,
  Button,
  Countdown,
  Failure,
  FaultLine,
  Field,
  LeaveButton,
  Loading,
  Price,
  Sheet,
  toast,
  useFacts,
} from "../../shared/components.js";
import { config } from "../../shared/config.js";
import { balanceOf } from "../../shared/folio/lines.js";
import { moment, money, toFen, toYuan } from "../../shared/format.js";
import { useAction, useLoad, usePoll } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { postOnce } from "../../shared/idempotency.js";
import { t, textOr } from "../../shared/language.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { findBooking } from "./reading.js";

const POLL_MS = 2000;
/** The states in which the API takes a payment of what a stay owes (`not_payable`). */
const OWES = new Set(["reserved", "paid", "checked_in"]);
/** The light border that a scanner needs, in modules. */
const BORDER = 4;

/** Whether a code can be shown: an order that waits for its payment is paid as a whole, others in parts too. */
function isPayable(booking) {
  return booking?.status === "pending_payment" || (OWES.has(booking?.status) && booking.balance > 0);
}

/** The action of the booking's page. */
export function ShowCode({ booking, asked, ask, onChange }) {
  return html`${isPayable(booking) && html`<${Button} kind="plain" onClick=${() => ask("code")}>${t("qr.show")}<//>`}
    ${asked === "code" && html`<${CodeSheet} booking=${booking} onChange=${onChange} onClose=${() => ask(null)} />`}`;
}

function CodeSheet({ booking, onChange, onClose }) {
  const [payment, setPayment] = useState(null);
  return html`<${Sheet} title=${t("qr.of", { name: booking.guest_name })} onClose=${onClose}>
    ${
      payment
        ? html`<${Code} key=${payment.payment_id} payment=${payment} onChange=${onChange} onAgain=${() => setPayment(null)} onClose=${onClose} />`
        : html`<${Ask} booking=${booking} onOpened=${setPayment} />`
    }
  <//>`;
}

/** Moves the focus into what has taken the place of what had it, so that the keyboard goes on there. Returns its ref. */
function useFocus() {
  const place = useRef(null);
  useEffect(() => place.current?.focus(), []);
  return place;
}

// ---------------------------------------------------------------- how much

/** Says why no code can be shown any more. */
function obstacle(now) {
  if (isPayable(now)) return null;
  return OWES.has(now?.status)
    ? t("desk.take_nothing")
    : t("changed_to", { status: textOr(`status.${now?.status}`, "—") });
}

function Ask({ booking, onOpened }) {
  const { order_no: orderNo } = booking;
  const [typed, setTyped] = useState(null);
  const [tried, setTried] = useState(false);
  const form = useRef(null);
  useEffect(() => form.current.querySelector("input")?.focus(), []);
  const open = useAction(async (amount) => {
    const body = { via: "native", ...(amount && { amount }) };
    onOpened(await postOnce(api, `code ${orderNo}`, `/api/staff/orders/${orderNo}/payments`, body));
  });
  const facts = useFacts(() => findBooking(orderNo), obstacle, open.error);
  // Until it is read anew, what the page knows: the field is there at once, and has the focus.
  const { status, balance } = facts.now ?? booking;
  const whole = status === "pending_payment";
  const yuan = typed ?? toYuan(balance);
  const amount = toFen(yuan);
  const wrong = !whole && wrongIn(amount, balance);
  const submit = (event) => {
    event.preventDefault();
    setTried(true);
    if (!wrong) open.run(whole ? undefined : amount);
  };
  return html`<form class="stack" novalidate ref=${form} onSubmit=${submit}>
    ${facts.tell((now) => html`<p>${balanceOf(now)[0]} <strong class="number">${money(balanceOf(now)[1])}</strong></p>`)}
    ${
      !whole &&
      html`<${Field} label=${t("desk.amount_plain")} hint=${t("qr.amount_hint")} inputmode="decimal" autocomplete="off" autofocus value=${yuan}
        onInput=${setTyped} wrong=${tried || typed !== null ? wrong || undefined : undefined} />`
    }
    ${facts.ready && html`<p class="small muted">${t("qr.replaces")}</p>`}
    <${FaultLine} error=${open.error} />
    <div class="row wrap feet">
      <${LeaveButton} />
      <${Button} type="submit" busy=${open.busy} disabled=${!facts.ready}>${wrong || whole || !amount ? t("qr.show_it") : t("qr.show_for", { amount: money(amount) })}<//>
    </div>
  </form>`;
}

function wrongIn(amount, most) {
  if (!amount) return t("desk.amount_wrong");
  return amount > most ? t("qr.too_much", { most: money(most) }) : null;
}

// ---------------------------------------------------------------- the code

function Code({ payment, onChange, onAgain, onClose }) {
  const [state, setState] = useState("open");
  const told = useRef(false);
  const look = async () => {
    const { status } = await api.get(`/api/staff/payments/${payment.payment_id}`);
    if (status === "succeeded" && !told.current) {
      told.current = true;
      setState("paid");
      toast(t("qr.paid", { amount: money(payment.amount) }));
      await onChange();
    }
    if (status === "closed") {
      setState("void");
      await onChange();
    }
  };
  usePoll(look, POLL_MS, state === "open");
  // The guest may have paid in the last moment: a code whose time is over is void only after another look.
  const end = async () => {
    await look().catch(() => {});
    setState((before) => (before === "open" ? "void" : before));
  };
  if (state === "paid") return html`<${Paid} amount=${payment.amount} onClose=${onClose} />`;
  if (state === "void") return html`<${Void} onAgain=${onAgain} />`;
  return html`<${Shown} payment=${payment} onLook=${look} onEnd=${end} />`;
}

function Shown({ payment, onLook, onEnd }) {
  const drawn = useLoad(() => drawnOf(payment.code_url), [payment.code_url]);
  const site = useLoad(config);
  const place = useFocus();
  if (drawn.error) return html`<${Failure} error=${drawn.error} retry=${drawn.reload} />`;
  return html`<div class="qr-sheet stack" tabindex="-1" ref=${place}>
    <p class="qr-amount"><${Price} fen=${payment.amount} /></p>
    ${drawn.data ? html`<${Picture} of=${drawn.data} amount=${payment.amount} />` : html`<${Loading} rows=${1} tall />`}
    <p role="status">${t("qr.scan")}</p>
    <p class="small muted">${t("qr.until", { at: moment(payment.expires_at) })} <${Countdown} until=${payment.expires_at} onEnd=${onEnd} /></p>
    ${site.data?.simulator && html`<${Play} payment=${payment} onPlayed=${onLook} />`}
    <div class="row wrap feet"><${LeaveButton} /></div>
  </div>`;
}

/** Returns the drawing of a QR code: its size in modules, and a path around the dark ones. The library is loaded when it is needed. */
async function drawnOf(text) {
  const { encode } = await import("../../vendor/uqr.js");
  const { size, data } = encode(text, { ecc: "M", border: BORDER });
  const runs = data.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size, path: runs.join("") };
}

/** Returns where dark modules begin in a row, and how many follow each other: `[x, length]`. */
function runsOf(row) {
  const begins = row.flatMap((dark, x) => (dark && !row[x - 1] ? [x] : []));
  return begins.map((x) => {
    const end = row.indexOf(false, x);
    return [x, (end < 0 ? row.length : end) - x];
  });
}

function Picture({ of, amount }) {
  return html`<svg class="qr" viewBox=${`0 0 ${of.size} ${of.size}`} role="img" aria-label=${t("qr.picture", { amount: money(amount) })}
    shape-rendering="crispEdges"><path d=${of.path} /></svg>`;
}

/** On one's own machine nobody can scan the code: the simulator pays it. */
function Play({ payment, onPlayed }) {
  const play = useAction(async () => {
    const answer = await reach(`/simulator/payments/${encodeURIComponent(payment.payment_id)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ result: "success" }),
    });
    // 409: it is void, or the guest has paid. The look says which.
    if (!answer.ok && answer.status !== 409) throw new Problem(answer.status, { code: "wechat_unavailable" });
    await onPlayed();
  });
  return html`<p class="small muted">${t("qr.simulated")}</p>
    <${Button} kind="plain" busy=${play.busy} onClick=${play.run}>${t("qr.play")}<//>
    <${FaultLine} error=${play.error} />`;
}

function Paid({ amount, onClose }) {
  const place = useFocus();
  return html`<div class="qr-sheet stack" role="status" tabindex="-1" ref=${place}>
    <span class="qr-done"><${Icon} name="check" size="36" /></span>
    <p class="qr-amount"><${Price} fen=${amount} /></p>
    <p>${t("qr.came")}</p>
    <div class="row wrap feet"><${Button} onClick=${onClose}>${t("qr.done")}<//></div>
  </div>`;
}

function Void({ onAgain }) {
  const place = useFocus();
  return html`<div class="stack" tabindex="-1" ref=${place}>
    <${Banner} tone="warn">${t("qr.void")}<//>
    <div class="row wrap feet"><${LeaveButton} /><${Button} onClick=${onAgain}>${t("qr.again")}<//></div>
  </div>`;
}
