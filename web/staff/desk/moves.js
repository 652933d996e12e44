// The desk's moves of a booking: check-in, check-out, no-show. Each is an action of the booking's page (booking.js).
import "./texts.js";
import { pause } from "../../shared/clock.js";
import { Button, Confirm, FaultLine, faultText, toast } from "../../shared/components.js";
import { day, money, nightsBetween, today } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t, textOr } from "../../shared/language.js";
import { keptOf, lateFee } from "../../shared/rule.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { findBooking, readOwed } from "./reading.js";

const POLLS = 30;
const POLL_MS = 500;
// Another desk or the guest was faster: the page reloads the booking.
const MEANWHILE = new Set(["invalid_transition", "too_early", "too_late", "overtaken"]);

const EXPECTED = new Set(["paid", "reserved"]);

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

/** The moves of a booking in a list of guests. */
export function Moves({ booking, now, onMoved }) {
  const [asked, ask] = useState(null);
  const shared = { booking, now, asked, ask, onChange: onMoved, small: true };
  return html`<div class="desk-moves">
    <${CheckIn} ...${shared} /><${CheckOut} ...${shared} /><${NoShow} ...${shared} />
    ${openMoves(booking, now).tooEarly && html`<span class="muted small">${t("desk.arrives", { day: day(booking.check_in) })}</span>`}
  </div>`;
}

/** Makes a move, closes its sheet, and reads the booking again, also if another desk or the guest was faster. */
function useMove({ booking, ask, onChange }) {
  return useAction(async (move) => {
    try {
      const said = await move(booking);
      ask(null);
      toast(t(said, { name: booking.guest_name }));
    } catch (error) {
      if (!MEANWHILE.has(error.code)) throw error;
      ask(null);
      toast(faultText(error));
    }
    await onChange();
    // The button may be gone: move the focus to the page for the keyboard.
    if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
  });
}

export function CheckIn(props) {
  const { booking, now, small } = props;
  const act = useMove(props);
  if (!openMoves(booking, now).checkIn) return null;
  return html`<${Button} small=${small} busy=${act.busy} onClick=${() => act.run(checkIn)} aria-label=${t("desk.check_in_whom", { name: booking.guest_name })}>${t("desk.check_in")}<//>
    <${FaultLine} error=${act.error} />`;
}

export function CheckOut({ asked, ...props }) {
  const { booking, now, ask, small } = props;
  const open = openMoves(booking, now).checkOut;
  return html`${open && html`<${Button} small=${small} kind="plain" onClick=${() => ask("check_out")} aria-label=${t("desk.check_out_whom", { name: booking.guest_name })}>${t("desk.check_out")}<//>`}
    ${asked === "check_out" && html`<${AskCheckOut} ...${props} />`}`;
}

export function NoShow({ asked, ...props }) {
  const { booking, now, ask, small } = props;
  const open = openMoves(booking, now).noShow;
  return html`${open && html`<${Button} small=${small} kind="danger" onClick=${() => ask("no_show")} aria-label=${t("desk.no_show_whom", { name: booking.guest_name })}>${t("desk.no_show")}<//>`}
    ${asked === "no_show" && html`<${AskNoShow} ...${props} />`}`;
}

/** Returns what makes a sheet look whether a move is still open. */
function stillOpen(move, booking, now) {
  return {
    read: () => findBooking(booking.order_no),
    obstacle: (found) =>
      openMoves(found ?? {}, now)[move] ? null : t("changed_to", { status: textOr(`status.${found?.status}`, "—") }),
  };
}

function AskCheckOut(props) {
  const { booking, now, ask } = props;
  const act = useMove(props);
  return html`<${Confirm} title=${t("desk.check_out_whom", { name: booking.guest_name })} action=${t("desk.check_out")} danger=${false}
    busy=${act.busy} error=${act.error} onConfirm=${() => act.run(checkOut)} onClose=${() => ask(null)} ...${stillOpen("checkOut", booking, now)}>
    ${(found) => {
      // The night of the date on the wall is the first that goes back on sale.
      const left = Math.max(0, nightsBetween(today(found.time_zone), found.check_out));
      return html`<p>${t("desk.check_out_ask")}</p>
        ${found.balance > 0 && html`<p class="banner warn">${t("desk.check_out_owes", { amount: money(found.balance) })}</p>`}
        ${left > 0 && html`<p class="banner warn">${t("desk.check_out_early", { count: left, day: day(found.check_out) })}</p>`}`;
    }}
  <//>`;
}

function AskNoShow(props) {
  const { booking, now, ask } = props;
  const act = useMove(props);
  return html`<${Confirm} title=${t("desk.no_show_whom", { name: booking.guest_name })} action=${t("desk.no_show")}
    busy=${act.busy} error=${act.error} onConfirm=${() => act.run(noShow)} onClose=${() => ask(null)} ...${stillOpen("noShow", booking, now)} read=${() => readOwed(booking.order_no)}>
    ${(found) => {
      const left = Math.max(0, nightsBetween(now, found.check_out));
      return html`<p>${t("desk.no_show_ask", { day: day(found.check_in) })}</p>
        <p>${keptText(found)}</p>
        ${left > 0 && html`<p class="banner warn">${t("desk.no_show_frees", { count: left })}</p>`}`;
    }}
  <//>`;
}

/** Returns in words what is kept of the money of a guest who did not come. */
function keptText(booking) {
  if (!(booking.paid > 0)) return t("desk.no_show_unpaid");
  const { fee, back } = keptOf(booking, lateFee(booking));
  return t(back > 0 ? "desk.no_show_keeps" : "desk.no_show_keeps_all", { kept: money(fee), back: money(back) });
}
