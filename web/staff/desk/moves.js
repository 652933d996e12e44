// What the desk does with a booking: check in, check out, no show. None of it can be taken back.
import { pause } from "../../shared/clock.js";
import { Button, Confirm, FaultLine, faultText, toast } from "../../shared/components.js";
import { day, nightsBetween } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";

const LOOKS = 30;
const LOOK_MS = 500;
// What another desk, or the guest, has done in the meantime: the page looks anew.
const MEANWHILE = new Set(["invalid_transition", "too_early", "too_late", "overtaken"]);

/** One booking by its number; null if there is none that one may see. */
export async function findBooking(orderNo) {
  const found = await api.get("/api/staff/bookings", { order_no: orderNo });
  return found.items[0] ?? null;
}

/** Which moves are open on `now`, a date at the hotel: what the API would say, so that nobody presses in vain. */
export function openMoves(booking, now) {
  return {
    checkIn: booking.status === "paid" && booking.check_in <= now && now < booking.check_out,
    noShow: booking.status === "paid" && booking.check_in < now,
    checkOut: booking.status === "checked_in",
    tooEarly: booking.status === "paid" && now < booking.check_in,
  };
}

async function checkIn(booking) {
  await api.post(`/api/staff/bookings/${booking.order_no}/check-in`);
  return "desk.checked_in";
}

async function noShow(booking) {
  await api.post(`/api/staff/bookings/${booking.order_no}/no-show`);
  return "desk.noted_no_show";
}

/** Check-out is accepted first and then carried out; the button stays busy until the stay is over, or for 15 s. */
async function checkOut(booking) {
  await api.post(`/api/staff/bookings/${booking.order_no}/check-out`);
  for (let look = 0; look < LOOKS; look += 1) {
    const found = await findBooking(booking.order_no);
    if (found?.status !== "checked_in") return "desk.checked_out";
    await pause(LOOK_MS);
  }
  return "desk.checking_out";
}

/** The buttons for what is next with a booking. `onMoved` hears when it has moved, here or elsewhere. */
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
    // The button that was pressed may be gone: whoever uses the keyboard goes on from the page.
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
    ${asked === "out" && html`<${AskCheckOut} booking=${booking} now=${now} act=${act} onClose=${close} />`}
    ${asked === "missed" && html`<${AskNoShow} booking=${booking} now=${now} act=${act} onClose=${close} />`}
  </div>`;
}

function AskCheckOut({ booking, now, act, onClose }) {
  const left = Math.max(0, nightsBetween(now, booking.check_out));
  return html`<${Confirm} title=${t("desk.check_out_whom", { name: booking.guest_name })} action=${t("desk.check_out")} danger=${false}
    busy=${act.busy} error=${act.error} onConfirm=${() => act.run(checkOut)} onClose=${onClose}>
    <p>${t("desk.check_out_ask")}</p>
    ${left > 0 && html`<p class="notice warn">${t("desk.check_out_early", { count: left, day: day(booking.check_out) })}</p>`}
  <//>`;
}

function AskNoShow({ booking, now, act, onClose }) {
  const left = Math.max(0, nightsBetween(now, booking.check_out));
  return html`<${Confirm} title=${t("desk.no_show_whom", { name: booking.guest_name })} action=${t("desk.no_show")}
    busy=${act.busy} error=${act.error} onConfirm=${() => act.run(noShow)} onClose=${onClose}>
    <p>${t("desk.no_show_ask", { day: day(booking.check_in) })}</p>
    ${left > 0 && html`<p class="notice warn">${t("desk.no_show_frees", { count: left })}</p>`}
  <//>`;
}
