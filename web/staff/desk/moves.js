// The desk's actions on a booking: check-in, check-out, no-show. None of them can be undone.

import { pause } from "../../shared/clock.js";
import { Button, Confirm, FaultLine, faultText, toast } from "../../shared/components.js";
import { day, money, nightsBetween, today } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t, textOr } from "../../shared/language.js";
import { keptOf, lateFee } from "../../shared/rule.js";
import { html, useState } from "../../vendor/preact.js";
import { owedOf } from "../order_record/payments.js";
import { api } from "../session.js";

const POLLS = 30;
const POLL_MS = 500;
// Another desk or the guest was faster: the page reloads the booking.
const MEANWHILE = new Set(["invalid_transition", "too_early", "too_late", "overtaken"]);

const EXPECTED = new Set(["paid", "reserved"]);

/** Returns a booking by its number; null if there is none that this member of staff may see. */
export async function findBooking(orderNo) {
  const found = await api.get("/api/staff/bookings", { order_no: orderNo });
  return found.items[0] ?? null;
}

/** Returns which actions the API would accept on `now`, the hotel's business date. */
export function openMoves(booking, now) {
  const expected = EXPECTED.has(booking.status);
  return {
    checkIn: expected && booking.check_in <= now && now < booking.check_out,
    noShow: expected && booking.check_in < now,
    checkOut: booking.status === "checked_in",
    tooEarly: expected && now < booking.check_in,
  };
}

async function checkIn(booking) {
  await postOnce(api, `check-in ${booking.order_no}`, `/api/staff/bookings/${booking.order_no}/check-in`);
  return "desk.checked_in";
}

async function noShow(booking) {
  await postOnce(api, `no-show ${booking.order_no}`, `/api/staff/bookings/${booking.order_no}/no-show`);
  return "desk.noted_no_show";
}

/** The API accepts a check-out first and then carries it out. This waits until the stay is over, for 15 s at most. */
async function checkOut(booking) {
  await api.post(`/api/staff/bookings/${booking.order_no}/check-out`);
  for (let look = 0; look < POLLS; look += 1) {
    const found = await findBooking(booking.order_no);
    if (found?.status !== "checked_in") return "desk.checked_out";
    await pause(POLL_MS);
  }
  return "desk.checking_out";
}

/** The buttons for the next step of a booking. Calls `onMoved` when the booking has changed, here or elsewhere. */
export function Moves({ booking, now, onMoved, small = true }) {
  const [asked, setAsked] = useState(null);
  const open = openMoves(booking, now);
  const act = useAction(async (move) => {
    try {
      const said = await move(booking);
      setAsked(null);
      toast(t(said, { name: booking.guest_name }));
    } catch (error) {
      if (!MEANWHILE.has(error.code)) throw error;
      setAsked(null);
      toast(faultText(error));
    }
    await onMoved();
    // The button may be gone: move the focus to the page for the keyboard.
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
  });
  const close = () => {
    setAsked(null);
    act.clear();
  };
  const about = { name: booking.guest_name };
  return html`<div class="desk-moves">
    ${open.checkIn && html`<${Button} small=${small} busy=${act.busy && !asked} onClick=${() => act.run(checkIn)} aria-label=${t("desk.check_in_whom", about)}>${t("desk.check_in")}<//>`}
    ${open.checkOut && html`<${Button} small=${small} kind="plain" disabled=${act.busy} onClick=${() => setAsked("out")} aria-label=${t("desk.check_out_whom", about)}>${t("desk.check_out")}<//>`}
    ${open.noShow && html`<${Button} small=${small} kind="danger" disabled=${act.busy} onClick=${() => setAsked("missed")} aria-label=${t("desk.no_show_whom", about)}>${t("desk.no_show")}<//>`}
    ${open.tooEarly && html`<span class="muted small">${t("desk.arrives", { day: day(booking.check_in) })}</span>`}
    ${!asked && html`<${FaultLine} error=${act.error} />`}
    ${asked === "out" && html`<${AskCheckOut} booking=${booking} act=${act} onClose=${close} />`}
    ${asked === "missed" && html`<${AskNoShow} booking=${booking} now=${now} act=${act} onClose=${close} />`}
  </div>`;
}

/** Returns what makes a sheet look whether a move is still open. */
function stillOpen(move, booking, now) {
  return {
    read: () => findBooking(booking.order_no),
    obstacle: (found) =>
      openMoves(found ?? {}, now)[move] ? null : t("changed_to", { status: textOr(`status.${found?.status}`, "—") }),
  };
}

function AskCheckOut({ booking, now, act, onClose }) {
  return html`<${Confirm} title=${t("desk.check_out_whom", { name: booking.guest_name })} action=${t("desk.check_out")} danger=${false}
    busy=${act.busy} error=${act.error} onConfirm=${() => act.run(checkOut)} onClose=${onClose} ...${stillOpen("checkOut", booking, now)}>
    ${(found) => {
      // The night of the date on the wall is the first that goes back on sale.
      const left = Math.max(0, nightsBetween(today(found.time_zone), found.check_out));
      return html`<p>${t("desk.check_out_ask")}</p>
        ${found.balance > 0 && html`<p class="banner warn">${t("desk.check_out_owes", { amount: money(found.balance) })}</p>`}
        ${left > 0 && html`<p class="banner warn">${t("desk.check_out_early", { count: left, day: day(found.check_out) })}</p>`}`;
    }}
  <//>`;
}

function AskNoShow({ booking, now, act, onClose }) {
  return html`<${Confirm} title=${t("desk.no_show_whom", { name: booking.guest_name })} action=${t("desk.no_show")}
    busy=${act.busy} error=${act.error} onConfirm=${() => act.run(noShow)} onClose=${onClose} ...${stillOpen("noShow", booking, now)} read=${() => readOwed(booking.order_no)}>
    ${(found) => {
      const left = Math.max(0, nightsBetween(now, found.check_out));
      return html`<p>${t("desk.no_show_ask", { day: day(found.check_in) })}</p>
        <p>${keptText(found)}</p>
        ${left > 0 && html`<p class="banner warn">${t("desk.no_show_frees", { count: left })}</p>`}`;
    }}
  <//>`;
}

/** Returns the booking with what is owed of its failed refunds: that is never kept. */
async function readOwed(orderNo) {
  const [found, payments] = await Promise.all([
    findBooking(orderNo),
    api.get("/api/staff/payments", { order_no: orderNo }),
  ]);
  return found && { ...found, refund_owed: owedOf(payments.items) };
}

/** Returns in words what is kept of the money of a guest who did not come. */
function keptText(booking) {
  if (!(booking.paid > 0)) return t("desk.no_show_unpaid");
  const { fee, back } = keptOf(booking, lateFee(booking));
  return t(back > 0 ? "desk.no_show_keeps" : "desk.no_show_keeps_all", { kept: money(fee), back: money(back) });
}
