// One booking: its status, the next step, and what was booked.
import "../coupons/texts.js";
import "../stay/form/texts.js";
import "./texts.js";
import { Banner, Button, Countdown, Loaded, Picture, Price, Status, Timeline } from "../../shared/components.js";
import { businessDate, localTime, moment, money } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { takeState } from "../../shared/layers.js";
import { html, Link, useEffect, useState } from "../../vendor/preact.js";
import { askConsent, momentOnPage } from "../consent.js";
import { RequireLogin } from "../login/require.js";
import { PaySheet } from "../pay.js";
import { api } from "../session.js";
import { Page, Side } from "../shell.js";
import { Ends } from "../stay/dates.js";
import { forgetDraft } from "../stay/draft.js";
import { hoursText, Whereabouts } from "../stay/hotel.js";
import { breakfastsText, planName } from "../stay/offers.js";
import { ruleText } from "../stay/rule.js";
import { partyText } from "../stay/search.js";
import { Sum } from "../stay/sum.js";
import { inMiniProgram } from "../wechat.js";
import { CancelSheet, mayCancel } from "./cancel.js";
import { Folio, owedOf } from "./folio.js";
import { Invoice } from "./invoice.js";
import { contradicts, Owed } from "./owed.js";
import { noteOrder } from "./unpaid.js";

const POLL_EVERY_MS = 2500;
const POLL_SOON_MS = 700;
/** While the guest stands at the desk, the desk checks them in or out. */
const POLL_AT_DESK_MS = 5000;
/** Statuses that change without the guest. */
const MOVING = new Set(["pending_payment", "refunding"]);
const AT_DESK = new Set(["reserved", "paid", "checked_in"]);

export function BookingOrder({ params }) {
  return html`<${RequireLogin} back="/orders"><${Fetch} key=${params.order_no} orderNo=${params.order_no} /><//>`;
}

function Fetch({ orderNo }) {
  const found = useLoad(() => api.get(`/api/bookings/${orderNo}`), [orderNo]);
  // The order as it was before it was paid: it settles a moment later, perhaps before the guest has left the pay sheet.
  const [paying, setPaying] = useState(null);
  const status = found.data?.status;
  const settling = paying !== null && sumsOf(paying) === sumsOf(found.data);
  const pace = lookEvery(found.data, settling);
  useEffect(() => {
    if (!found.data) return;
    noteOrder(found.data);
    // Until then the form stays as it was: whoever comes back to it finds the same order again.
    if (status !== "pending_payment") forgetDraft(found.data.room_id);
  }, [status]);
  usePoll(async () => found.setData(await api.get(`/api/bookings/${orderNo}`)), pace, pace > 0);
  if (!found.data) {
    return html`<${Page} title=${t("orders.booking")} back="/orders"><${Loaded} from=${found} tall>${() => null}<//><//>`;
  }
  return html`<${Order} booking=${found.data} settling=${settling} onPaid=${setPaying}
    onChange=${found.setData} reload=${found.reload} />`;
}

/** What of an order changes when a payment settles: also one that nobody needs any more, which goes back at once. */
function sumsOf(booking) {
  return [booking?.status, booking?.paid, booking?.charges, booking?.refunds?.length ?? 0].join();
}

/** Returns how often to poll the order (ms); 0 if only the guest can change it. */
function lookEvery(booking, settling) {
  if (!booking) return 0;
  if (settling) return POLL_SOON_MS;
  const moneyMoves = (booking.refunds || []).some((it) => ["requested", "processing"].includes(it.status));
  if (MOVING.has(booking.status) || moneyMoves) return POLL_EVERY_MS;
  return AT_DESK.has(booking.status) && booking.check_in <= businessDate(booking) ? POLL_AT_DESK_MS : 0;
}

function Order({ booking, settling, onPaid, onChange, reload }) {
  const [open, setOpen] = useState(() => (takeState("pay") ? "pay" : null));
  // The page also works without the hotel.
  const hotel = useLoad(() => api.get(`/api/hotels/${booking.hotel_id}`), [booking.hotel_id]).data;
  const [before, setBefore] = useState(booking);
  const show = (sheet) => {
    setBefore(booking);
    setOpen(sheet);
  };
  const close = () => setOpen(null);
  const paid = () => {
    close();
    onPaid(before);
    reload();
  };
  const cancelled = (next) => {
    close();
    onChange(next);
  };
  return html`<${Page} title=${t("orders.booking")} back="/orders" foot=${html`<${Foot} booking=${booking} settling=${settling} onOpen=${show} />`}>
    <${Head} booking=${booking} settling=${settling} onEnd=${reload} />
    <${Stay} booking=${booking} />
    ${hotel && html`<${Whereabouts} hotel=${hotel} />`}
    <${Side}><${Sum} nights=${nightsOf(booking)} guests=${booking.guests_total} extras=${booking.extras} total=${booking.total} hotel=${booking}
      cuts=${cutsOf(booking)} end=${[t("orders.sum"), booking.payable]} due=${dueOf(booking)} />
    ${booking.status !== "pending_payment" && html`<${Folio} booking=${booking} />`}
    <${Invoice} order=${booking} paid=${booking.paid > 0} />
    ${booking.refunds?.length > 0 && html`<${Refunds} refunds=${booking.refunds} />`}
    <section class="card stack" aria-labelledby="timeline"><h2 id="timeline">${t("orders.timeline")}</h2><${Timeline} steps=${booking.timeline} /></section>
    <${Facts} booking=${booking} /><//>
    ${open === "pay" && html`<${PaySheet} orderNo=${booking.order_no} onPaid=${paid} onClose=${close} />`}
    ${open === "cancel" && html`<${CancelSheet} booking=${booking} onChange=${onChange} onCancelled=${cancelled} onClose=${close} />`}
  <//>`;
}

function Head({ booking, settling, onEnd }) {
  const waits = booking.status === "pending_payment";
  const next = settling ? "orders.settling_hint" : `orders.next.${nextOf(booking)}`;
  // The countdown is outside of the live region: screen readers must not read each second.
  return html`<div class="order-head">
    <div class="order-head" role="status"><h2>${settling ? t("orders.settling") : t(`status.${booking.status}`)}</h2>
      ${!contradicts(booking) && html`<p>${t(next, { at: booking.expires_at && localTime(booking.expires_at, booking.time_zone) })}</p>`}
      ${owedOf(booking) > 0 && !settling && html`<${StillDue} booking=${booking} />`}<${Owed} order=${booking} /></div>
    ${
      waits &&
      !settling &&
      html`<p class="row pay-by"><${Icon} name="clock" size="18" />${t("orders.pay_within")}
      <${Countdown} until=${booking.expires_at} onEnd=${onEnd}>${t("orders.expired")}<//></p>`
    }
  </div>`;
}

/** What is not paid yet: before the check-in of a stay that is paid at the hotel nobody is late with it. */
function StillDue({ booking }) {
  const later = booking.due_later > 0 && booking.status !== "checked_in";
  const amount = money(owedOf(booking));
  return html`<${Banner} tone=${later ? "" : "warn"}>${t(later ? "orders.due_at_hotel" : "orders.owes", { amount })}<//>`;
}

/** Returns which sentence tells what comes next. */
function nextOf({ status, expires_at: until, refunds }) {
  if (status === "reserved" && until) return "reserved_until";
  return status === "no_show" && refunds?.length > 0 ? "no_show_refund" : status;
}

function Stay({ booking }) {
  return html`<section class="card stack tight" aria-labelledby="stay">
    <div class="row booked-room"><${Picture} src=${booking.image} className="thumb" />
      <div class="grow"><p class="small muted">${inLanguage(booking.hotel_name)}</p>
        <h2 id="stay">${inLanguage(booking.room_name)}${booking.units > 1 && ` × ${booking.units}`}</h2>
        ${booking.bed && html`<p class="small">${inLanguage(booking.bed)}</p>`}</div></div>
    <div class="stay-line"><${Ends} range=${booking} hours=${booking.day_use && `${booking.check_in_time}–${booking.check_out_time}`} /></div>
    ${!booking.day_use && html`<p class="small muted">${hoursText(booking)}</p>`}
    <p class="small">${planName({ ...booking, name: booking.rate_plan_name })} · ${breakfastsText(booking.breakfasts)}</p>
    <dl class="facts">
      <dt>${t("book.name")}</dt><dd>${booking.guest_name}</dd>
      ${booking.adults > 0 && html`<dt>${t("orders.guests")}</dt><dd>${partyText({ adults: booking.adults, children: booking.children })}</dd>`}
      <dt>${t("book.phone")}</dt><dd>${booking.phone_number}</dd>
      ${booking.arrival_time && !booking.day_use && html`<dt>${t("orders.arrival_time")}</dt><dd>${booking.arrival_time}</dd>`}
      ${booking.requests && html`<dt>${t("orders.requests")}</dt><dd class="requests">${booking.requests}</dd>`}
    </dl>
  </section>`;
}

/** Returns the nights for the sum: those in another room type, before the hotel changed the stay, say in which. */
function nightsOf({ items, room_id: now }) {
  return items.map((it) => ({ ...it, room: it.room_id === now ? undefined : it.room_name }));
}

/** Returns the lines that say what is paid when, where not all was due with the booking. */
function dueOf({ payment, due_now: now, due_later: later }) {
  const rest = [t("book.due_later"), later];
  if (!(later > 0)) return [];
  return payment === "deposit" ? [[t("orders.deposit"), now], rest] : [rest];
}

function cutsOf({ discount, points_discount: points }) {
  return [
    [t("coupons.title"), discount],
    [t("orders.points"), points],
  ];
}

function Refunds({ refunds }) {
  return html`<section class="card stack" aria-labelledby="refunds"><h2 id="refunds">${t("orders.refunds")}</h2>
    <ul class="stack tight">${refunds.map(
      (it) => html`<li key=${it.out_refund_no} class="row between"><span><${Price} fen=${it.amount} />
        <span class="small muted number"> ${moment(it.ended_at || it.requested_at)}</span></span><${Status} of=${it.status} /></li>`,
    )}</ul>
    <p class="small muted">${t("orders.refund_way")}</p>
  </section>`;
}

function Facts({ booking }) {
  return html`<section class="card" aria-label=${t("orders.facts")}>
    <dl class="facts">
      <dt>${t("orders.number")}</dt><dd>${booking.order_no}</dd>
      <dt>${t("orders.made_at")}</dt><dd>${moment(booking.created_at)}</dd>
      <dt>${t("rule.title")}</dt><dd>${ruleText(booking, booking.time_zone)}</dd>
    </dl>
  </section>`;
}

function Foot({ booking, settling, onOpen }) {
  const waits = booking.status === "pending_payment" && !settling;
  const owed = settling ? 0 : owedOf(booking);
  const cancel = mayCancel(booking) && !settling;
  return html`${inMiniProgram() && html`<span class="grow"><${Button} kind="quiet" small onClick=${() => askConsent(settling ? "stay_paid" : momentOnPage(booking.status))}>${t("orders.notices")}<//></span>`}
    ${cancel && html`<${Button} kind="plain" onClick=${() => onOpen("cancel")}>${t("orders.cancel")}<//>`}
    ${waits && html`<${Button} onClick=${() => onOpen("pay")}>${t("orders.pay")}<//>`}
    ${owed > 0 && html`<${Button} onClick=${() => onOpen("pay")}>${t("orders.pay_owed", { amount: money(owed) })}<//>`}
    ${!waits && owed === 0 && html`<${Link} class=${cancel ? "button plain" : "button"} href=${`/rooms/${booking.room_id}`}>${t("orders.again")}<//>`}`;
}
