// One booking: what can be done next, and its sections, each from a module of its own.
import "./texts.js";
import { Empty, Loaded, Status } from "../../shared/components.js";
import { businessDate, day, moment, money } from "../../shared/format.js";
import { useLoad, usePoll } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { takeState } from "../../shared/layers.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { AssignNumbers } from "../house/assign.js";
import { Messages } from "../order_record/messages.js";
import { Notices } from "../order_record/notices.js";
import { owedOf, Payments } from "../order_record/payments.js";
import { Page } from "../shell.js";
import { Amounts } from "./amounts.js";
import { Change, Changes } from "./change.js";
import { keptList } from "./filters.js";
import { Folio } from "./folio.js";
import { History } from "./history.js";
import { DeskMoney, DeskRefund, TakePayment } from "./money.js";
import { Cancel, CheckIn, CheckOut, NoShow, ReverseCheckIn } from "./moves.js";
import { Notes } from "./notes.js";
import { Prints } from "./prints.js";
import { ShowCode } from "./qr.js";
import { readBooking } from "./reading.js";
import { Refund } from "./refund.js";
import { Stay } from "./stay.js";

/*
 * To add a section or an action, import its component and add it to a list below. Each gets what `readBooking` returns (`booking`,
 * `folio`, `payments`, `messages`, `notices`), and `onChange()`, which reads all of it again.
 *
 * An action returns its button, and its sheet while `asked` is its name; null where it is not possible. It gets `now` too, the
 * business date of the booking's hotel, and `ask(name)`, which opens the sheet of the action with that name, and closes it with
 * null. A page that leads here can open one: `navigate(path, { state: { ask: "check_in" } })`.
 */
const ACTIONS = [
  TakePayment,
  ShowCode,
  CheckIn,
  CheckOut,
  NoShow,
  AssignNumbers,
  ReverseCheckIn,
  Change,
  DeskRefund,
  Refund,
  Cancel,
];
const SECTIONS = [Stay, Notes, Amounts, Folio, DeskMoney, Payments, Messages];
const BESIDE = [Prints, History, Changes, Notices];

const POLL_MS = 2000;
const UNDER_WAY = new Set(["requested", "processing"]);

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
      ${(data) => (data ? html`<${Whole} key=${orderNo} data=${data} onChange=${from.reload} />` : html`<${Unknown} orderNo=${orderNo} />`)}
    <//>
  <//>`;
}

function Unknown({ orderNo }) {
  return html`<${Empty} title=${t("desk.unknown_booking")} picture="search">
    <p>${t("desk.unknown_booking_hint", { order_no: orderNo })}</p>
    <${Link} href="/bookings" class="button">${t("desk.to_bookings")}<//>
  <//>`;
}

function Whole({ data, onChange }) {
  const { booking, payments } = data;
  const [asked, ask] = useState(() => takeState("ask") ?? null);
  const shared = { ...data, onChange };
  return html`<div class="desk-steps card">
      <${NextStep} booking=${booking} owed=${owedOf(payments)} />
      <div class="desk-moves">
        ${ACTIONS.map((Action) => html`<${Action} ...${shared} now=${businessDate(booking)} asked=${asked} ask=${ask} />`)}
      </div>
    </div>
    <div class="desk-columns">
      <div class="stack">${SECTIONS.map((Section) => html`<${Section} ...${shared} />`)}</div>
      <div class="stack">${BESIDE.map((Section) => html`<${Section} ...${shared} />`)}</div>
    </div>`;
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
