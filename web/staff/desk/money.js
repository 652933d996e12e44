// Money at the desk: taken for a stay, given back, and payments reversed that were entered by mistake.
import "./texts.js";
import "./money_texts.js";
import { Banner, Button, toast } from "../../shared/components.js";
import { balanceOf, lineText } from "../../shared/folio/lines.js";
import { money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { t, textOr } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { aboutOf, OPEN } from "./folio.js";
import { findBooking, readOwed } from "./reading.js";

export const METHODS = ["cash", "card", "transfer", "other"];
const AT_THE_DESK = new Set(METHODS);
/** States of a stay that has ended: no charges of it are left to lower. */
const ENDED = new Set(["cancelled", "refunding", "refunded", "no_show"]);

/** Returns the name of a way to pay: "Cash". */
export function methodText(method) {
  return textOr(`folio.method.${method}`, method);
}

/** Returns the lines of money that the desk took or gave back. */
function linesAtTheDesk({ lines }) {
  return lines.filter(({ kind, method }) => (kind === "payment" || kind === "refund") && AT_THE_DESK.has(method));
}

/** Whether the API would reverse a payment: it was not before, and the desk still has so much. */
function isReversible({ kind, number, amount }, lines, desk) {
  const before = lines.some((it) => it.kind === "payment" && it.number === number && it.amount > 0);
  return kind === "payment" && amount < 0 && !before && -amount <= desk;
}

/** The section of the booking's page: what the desk took and gave back. */
export function DeskMoney({ booking, folio, onChange }) {
  const [reversed, setReversed] = useState(null);
  const lines = linesAtTheDesk(folio);
  if (lines.length === 0) return null;
  return html`<section class="card stack" aria-labelledby="desk-money">
    <h2 id="desk-money">${t("desk.money")}</h2>
    <p class="muted">${t("desk.money_has", { amount: money(booking.desk) })}</p>
    <${Lines} lines=${lines} desk=${booking.desk} onReverse=${setReversed} />
    ${reversed && html`<${Reverse} booking=${booking} line=${reversed} onSaved=${onChange} onClose=${() => setReversed(null)} />`}
  </section>`;
}

function Lines({ lines, desk, onReverse }) {
  return html`<table class="desk-sums">
    <thead><tr><th scope="col">${t("desk.line")}</th><th scope="col" class="right">${t("desk.amount_plain")}</th>
      <th scope="col"><span class="unseen">${t("desk.reverse")}</span></th></tr></thead>
    <tbody>${lines.map(
      (
        it,
      ) => html`<tr key=${it.line_id}><td>${lineText(it)}<br /><small class="muted number">${aboutOf(it)}</small></td>
        <td class="right">${money(-it.amount)}</td>
        <td class="right">${
          isReversible(it, lines, desk) &&
          html`<${Button} kind="quiet" small onClick=${() => onReverse(it)} aria-label=${reversalOf(it)}>${t("desk.reverse")}<//>`
        }</td></tr>`,
    )}</tbody>
  </table>`;
}

/** Returns how a sheet sees that its booking has changed: in words why its action is not possible any more. */
const unless = (isPossible, why) => (now) =>
  isPossible(now) ? null : (why ?? t("changed_to", { status: textOr(`status.${now?.status}`, "—") }));

function methodField() {
  const options = METHODS.map((it) => [it, methodText(it)]);
  return { name: "method", label: t("desk.money_method"), kind: "select", required: true, options };
}

// ---------------------------------------------------------------- taken

/** The action of the booking's page that takes what is owed. */
export function TakePayment({ booking, asked, ask, onChange }) {
  const open = OPEN.has(booking.status) && booking.balance > 0;
  return html`${open && html`<${Button} onClick=${() => ask("take_payment")} aria-keyshortcuts="m">${t("desk.take")}<//>`}
    ${asked === "take_payment" && html`<${Take} booking=${booking} onSaved=${onChange} onClose=${() => ask(null)} />`}`;
}

function Take({ booking, onSaved, onClose }) {
  const { order_no: orderNo, guest_name: name } = booking;
  const save = async ({ method, amount, reference }) => {
    const body = { method, amount, ...(reference && { reference }) };
    const made = await postOnce(api, `desk payment ${orderNo}`, `/api/staff/orders/${orderNo}/desk-payments`, body);
    toast(t("desk.taken", { amount: money(made.amount), way: methodText(method) }));
    await onSaved();
  };
  const open = (now) => OPEN.has(now?.status);
  const obstacle = (now) => unless(open)(now) ?? unless(({ balance }) => balance > 0, t("desk.take_nothing"))(now);
  return html`<${FormSheet} title=${t("desk.take_of", { name })} fields=${fieldsToTake()} onSave=${save} onClose=${onClose}
    values=${{ method: "cash", amount: booking.balance }} submit=${({ amount }) => (amount ? t("desk.take_amount", { amount: money(amount) }) : t("desk.take"))}
    says=${whatTakingDoes} read=${() => findBooking(orderNo)} obstacle=${obstacle}>
    ${(now) => html`<p>${balanceOf(now)[0]} <strong class="number">${money(balanceOf(now)[1])}</strong></p>`}<//>`;
}

function fieldsToTake() {
  return [
    methodField(),
    { name: "amount", label: t("desk.amount_plain"), kind: "yuan", required: true, least: 1, focus: true },
    {
      name: "handed",
      label: t("desk.handed"),
      kind: "yuan",
      hint: t("desk.handed_hint"),
      when: ({ method }) => method === "cash",
      check: (value, { amount }) => (value < amount ? t("desk.handed_short") : null),
    },
    {
      name: "reference",
      label: t("desk.reference"),
      kind: "text",
      hint: t("desk.reference_hint"),
      when: ({ method }) => method !== "cash",
    },
  ];
}

function whatTakingDoes({ method, amount, handed }, { balance, charges, paid, payable, status }) {
  if (!amount) return null;
  if (amount > balance) {
    return html`<${Banner} tone="warn">${t("desk.take_too_much", { amount: money(amount - balance) })}<//>`;
  }
  const pays = status === "reserved" && paid + amount >= Math.min(payable, charges);
  const left = amount === balance ? t("desk.take_settles") : t("desk.take_leaves", { amount: money(balance - amount) });
  const change = method === "cash" && handed >= amount ? handed - amount : null;
  return html`${change !== null && html`<p class="desk-change">${t("desk.give_change", { amount: money(change) })}</p>`}
    <p>${left} ${pays && t("desk.take_pays")}</p>`;
}

// ---------------------------------------------------------------- given back

/** The action of the booking's page that gives back what the desk has taken. */
export function DeskRefund({ booking, folio, asked, ask, onChange }) {
  return html`${booking.desk > 0 && html`<${Button} kind="plain" onClick=${() => ask("desk_refund")}>${t("desk.give_back")}<//>`}
    ${asked === "desk_refund" && html`<${GiveBack} booking=${booking} lines=${linesAtTheDesk(folio)} onSaved=${onChange} onClose=${() => ask(null)} />`}`;
}

/** Returns the credit that the desk may pay out: what failed refunds owe goes back by those. */
function creditOf({ balance, refund_owed: owed = 0 }) {
  return Math.max(0, -balance - owed);
}

/** Returns how much can be given back: what the desk has, or of a credit at most that. */
function mostBack(booking, fromCredit) {
  return fromCredit ? Math.min(booking.desk, creditOf(booking)) : booking.desk;
}

function GiveBack({ booking, lines, onSaved, onClose }) {
  const { order_no: orderNo, guest_name: name } = booking;
  // A stay that has ended pays its credit first by itself.
  const hasCredit = booking.balance < 0 && !ENDED.has(booking.status);
  const save = async ({ method, amount, reason, way }) => {
    const body = { method, amount, reason, ...(way === "credit" && { from_credit: true }) };
    await postOnce(api, `desk refund ${orderNo}`, `/api/staff/orders/${orderNo}/desk-refunds`, body);
    toast(t("desk.gave_back", { amount: money(amount), way: methodText(method) }));
    await onSaved();
  };
  const amount = mostBack(booking, booking.balance < 0);
  const method = lines.findLast((it) => it.kind === "payment" && it.amount < 0)?.method ?? "cash";
  return html`<${FormSheet} title=${t("desk.give_back_to", { name })} fields=${fieldsToGiveBack(hasCredit)} onSave=${save} onClose=${onClose}
    values=${{ way: hasCredit ? "credit" : "reduce", method, amount }} submit=${(body) => (body.amount ? t("desk.give_back_amount", { amount: money(body.amount) }) : t("desk.give_back"))}
    says=${whatGivingBackDoes} read=${() => readOwed(orderNo)} obstacle=${unless((now) => now?.desk > 0, t("desk.give_back_nothing"))}>
    ${(now) => html`<p>${t("desk.give_back_most", { most: money(now.desk) })}</p>`}<//>`;
}

function fieldsToGiveBack(hasCredit) {
  const ways = ["credit", "reduce"].map((it) => [it, t(`desk.refund_${it}`)]);
  return [
    ...(hasCredit
      ? [{ name: "way", label: t("desk.refund_way"), kind: "select", required: true, options: ways, wide: true }]
      : []),
    { ...methodField(), focus: !hasCredit },
    { name: "amount", label: t("desk.amount_plain"), kind: "yuan", required: true, least: 1 },
    {
      name: "reason",
      label: t("desk.reason"),
      kind: "text",
      required: true,
      hint: t("desk.give_back_why"),
      wide: true,
    },
  ];
}

function whatGivingBackDoes({ amount, way }, now) {
  if (!amount) return null;
  const most = mostBack(now, way === "credit");
  if (amount > most) return html`<${Banner} tone="warn">${t("desk.amount_most", { most: money(most) })}<//>`;
  if (way !== "credit" && now.status === "paid" && amount === now.paid)
    return html`<${Banner} tone="warn">${t("desk.give_back_ends")}<//>`;
  const outOfCredit = way === "credit" || ENDED.has(now.status);
  const lowered = outOfCredit ? Math.max(0, amount - creditOf(now)) : amount;
  if (lowered === 0) return html`<p>${t("desk.give_back_credit", { amount: money(amount) })}</p>`;
  return html`<p>${t("desk.give_back_lowers", { amount: money(amount), lowered: money(lowered) })}</p>`;
}

// ---------------------------------------------------------------- reversed

function reversalOf({ amount, method }) {
  return t("desk.reverse_of", { amount: money(-amount), way: methodText(method) });
}

function Reverse({ booking: { order_no: orderNo }, line, onSaved, onClose }) {
  const amount = money(-line.amount);
  const save = async (body) => {
    const path = `/api/staff/orders/${orderNo}/desk-payments/${line.number}/reversal`;
    await postOnce(api, `desk reversal ${line.number}`, path, body);
    toast(t("desk.reversed", { amount }));
    await onSaved();
  };
  const read = async () => {
    const [booking, folio] = await Promise.all([findBooking(orderNo), api.get(`/api/staff/bookings/${orderNo}/folio`)]);
    return booking && isReversible(line, linesAtTheDesk(folio), booking.desk);
  };
  const reason = {
    name: "reason",
    label: t("desk.reverse_why"),
    kind: "text",
    required: true,
    wide: true,
    focus: true,
  };
  return html`<${FormSheet} title=${reversalOf(line)} fields=${[reason]} values=${{}} onSave=${save} onClose=${onClose}
    submit=${t("desk.reverse_it", { amount })} read=${read} obstacle=${unless(Boolean, t("desk.reverse_gone"))}>
    ${() => html`<p>${aboutOf(line)}</p><p>${t("desk.reverse_hint", { amount })}</p>`}<//>`;
}
