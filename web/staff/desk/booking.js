// One booking: the guest, the nights, the payments, and its history.
import "./texts.js";
import { Banner, Button, Empty, FaultLine, Loaded, Picture, Price, Status, Timeline } from "../../shared/components.js";
import { businessDate, day, moment, money, telephoneLink } from "../../shared/format.js";
import { useAction, useLoad, usePoll } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { ruleText } from "../../shared/rule.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { Messages } from "../order_record/messages.js";
import { Notices } from "../order_record/notices.js";
import { owedOf, Payments } from "../order_record/payments.js";
import { readRecord } from "../order_record/record.js";
import { Code } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { keptList } from "./filters.js";
import { Folio } from "./folio.js";
import { guestsOf, roomOf, stayOf } from "./guests.js";
import { findBooking, Moves } from "./moves.js";
import { RefundSheet, refundable } from "./refund.js";

const POLL_MS = 2000;
const UNDER_WAY = new Set(["requested", "processing"]);

/** Returns the booking, its folio and its record; null if there is no such booking for this member of staff. */
async function readBooking(orderNo) {
  const booking = await findBooking(orderNo);
  if (!booking) return null;
  const [folio, record] = await Promise.all([api.get(`/api/staff/bookings/${orderNo}/folio`), readRecord(orderNo)]);
  return { booking, folio, ...record };
}

/** Whether the page will change by itself: a refund or a message is in progress. */
function moves({ booking, payments, messages }) {
  const refunds = payments.flatMap((it) => it.refunds);
  return (
    booking.status === "refunding" ||
    refunds.some((it) => UNDER_WAY.has(it.status)) ||
    messages.some(
      (it) =>
        it.state === "waiting" ||
        it.consumers.some((one) => one.consumer !== "cancel_unpaid_booking" && one.state === "in_progress"),
    )
  );
}

export function Booking({ params }) {
  const orderNo = params.order_no;
  const from = useLoad(() => readBooking(orderNo), [orderNo]);
  usePoll(from.reload, POLL_MS, Boolean(from.data) && moves(from.data));
  const booking = from.data?.booking;
  const title = booking ? t("desk.booking_of", { name: booking.guest_name }) : t("desk.booking");
  return html`<${Page} title=${title} back=${keptList().back} actions=${booking && html`<${Status} of=${booking.status} />`}>
    <${Loaded} from=${from} rows=${4} tall>
      ${(data) => (data ? html`<${Whole} ...${data} onChange=${from.reload} />` : html`<${Unknown} orderNo=${orderNo} />`)}
    <//>
  <//>`;
}

function Unknown({ orderNo }) {
  return html`<${Empty} title=${t("desk.unknown_booking")} picture="search">
    <p>${t("desk.unknown_booking_hint", { order_no: orderNo })}</p>
    <${Link} href="/bookings" class="button">${t("desk.to_bookings")}<//>
  <//>`;
}

function Whole({ booking, folio, payments, messages, notices, onChange }) {
  const [refunding, setRefunding] = useState(false);
  const left = refundable(booking, payments);
  return html`<div class="desk-steps card">
      <${NextStep} booking=${booking} owed=${owedOf(payments)} />
      <${Moves} booking=${booking} now=${businessDate(booking)} onMoved=${onChange} small=${false} />
      ${left > 0 && html`<${Button} kind="plain" onClick=${() => setRefunding(true)}>${t("desk.refund")}<//>`}
    </div>
    <div class="desk-columns">
      <div class="stack">
        <${Stay} booking=${booking} />
        <${Amounts} booking=${booking} payments=${payments} />
        <${Folio} booking=${booking} folio=${folio} onChange=${onChange} />
        <${Payments} payments=${payments} />
        <${Messages} messages=${messages} />
      </div>
      <div class="stack">
        <section class="card stack"><h2>${t("desk.history")}</h2><${Timeline} steps=${booking.timeline} /></section>
        <${Notices} notices=${notices} />
      </div>
    </div>
    ${refunding && html`<${RefundSheet} booking=${booking} onDone=${onChange} onClose=${() => setRefunding(false)} />`}`;
}

function NextStep({ booking, owed }) {
  // The refund of the whole booking has failed: it is not in progress.
  if (owed > 0 && booking.status === "refunding") {
    return html`<p class="grow">${t("record.owed", { amount: money(owed) })}</p>`;
  }
  const facts = { day: day(booking.check_in), last: day(booking.check_out), at: moment(booking.expires_at) };
  const next = booking.status === "reserved" && booking.expires_at ? "reserved_until" : booking.status;
  return html`<p class="grow">${t(`desk.next.${next}`, facts)}</p>`;
}

function Stay({ booking }) {
  return html`<section class="card stack">
    <h2>${t("desk.the_stay")}</h2>
    <dl class="facts desk-facts">
      <dt>${t("desk.guest")}</dt><dd>${booking.guest_name}</dd>
      <dt>${t("desk.phone")}</dt><dd><${Phone} key=${booking.order_no} booking=${booking} /></dd>
      <dt>${t("desk.hotel")}</dt><dd>${inLanguage(booking.hotel_name)}</dd>
      <dt>${t("desk.room")}</dt><dd class="row desk-room"><${Picture} src=${booking.image} className="thumb" /><span>${roomOf(booking)}</span></dd>
      ${booking.bed && html`<dt>${t("desk.bed")}</dt><dd>${inLanguage(booking.bed)}</dd>`}
      ${booking.adults > 0 && html`<dt>${t("desk.guests")}</dt><dd>${guestsOf(booking)}</dd>`}
      <dt>${t("desk.stay_dates")}</dt><dd>${stayOf(booking)}</dd>
      <dt>${t("desk.arrival_time")}</dt><dd>${booking.arrival_time ?? t("desk.not_told")}</dd>
      <dt>${t("desk.free_cancel")}</dt><dd>${ruleText(booking, booking.time_zone)}</dd>
      <dt>${t("desk.order_no")}</dt><dd><${Code}>${booking.order_no}<//></dd>
      <dt>${t("desk.booked_at")}</dt><dd>${moment(booking.created_at, { seconds: true })}</dd>
    </dl>
  </section>`;
}

/** The number is masked until somebody asks for it: the audit notes each reading. */
function Phone({ booking }) {
  const [whole, setWhole] = useState(null);
  const look = useAction(async () => {
    const read = await api.get(`/api/staff/bookings/${booking.order_no}`);
    setWhole(read.phone_number);
  });
  if (!booking.phone_number) return "—";
  if (whole) return html`<a class="number" href=${telephoneLink(whole)}>${whole}</a>`;
  return html`<span class="row wrap"><span class="number">${booking.phone_number}</span>
    <${Button} kind="quiet" small busy=${look.busy} onClick=${look.run}>${t("desk.show_phone")}<//></span>
    <${FaultLine} error=${look.error} />`;
}

/** Returns "Breakfast × 2, ¥68 each, per guest and night". */
function extraOf({ name, quantity, price, per }) {
  return t("desk.extra", { name: inLanguage(name), count: quantity, price: money(price), per: t(`desk.per.${per}`) });
}

function Amounts({ booking, payments }) {
  const back = payments.reduce((sum, it) => sum + it.refunded, 0);
  const sum = (label, fen, look = "") =>
    html`<tr class=${look}><th scope="row" colspan="3">${label}</th><td class="right">${money(fen)}</td></tr>`;
  return html`<section class="card stack">
    <h2>${t("desk.amounts")}</h2>
    <table class="desk-sums">
      <thead><tr><th scope="col">${t("desk.night")}</th><th scope="col" class="right">${t("desk.price")}</th>
        <th scope="col" class="right">${t("desk.units")}</th><th scope="col" class="right">${t("desk.amount")}</th></tr></thead>
      <tbody>${booking.items.map(
        (
          it,
        ) => html`<tr key=${it.date}><td>${day(it.date, { weekday: true })}</td><td class="right">${money(it.price)}</td>
          <td class="right">${it.units}</td><td class="right">${money(it.amount)}</td></tr>`,
      )}</tbody>
      <tfoot>
        ${booking.guests_total > 0 && sum(t("desk.more_guests"), booking.guests_total)}
        ${booking.extras?.map((it) => sum(extraOf(it), it.amount))}
        ${sum(t("desk.total"), booking.total)}
        ${booking.discount > 0 && sum(t("desk.discount"), -booking.discount)}
        ${booking.points_discount > 0 && sum(t("desk.points"), -booking.points_discount)}
        <tr class="total"><th scope="row" colspan="3">${t("desk.payable")}</th><td class="right"><${Price} fen=${booking.payable} /></td></tr>
        ${back > 0 && sum(t("desk.given_back"), -back)}
      </tfoot>
    </table>
    ${booking.payable === 0 && html`<${Banner}>${t("desk.nothing_to_pay")}<//>`}
  </section>`;
}
