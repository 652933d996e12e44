// The moves of a booking at the desk: the buttons that ask for them, in lists and on its page. Each sheet has a module of its own.
import "./moves_texts.js";
import "./texts.js";
import { Button } from "../../shared/components.js";
import { day } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { CancelSheet } from "./cancel.js";
import { CheckInSheet } from "./check_in.js";
import { CheckOutSheet } from "./check_out.js";
import { NoShowSheet } from "./no_show.js";
import { openMoves } from "./open_moves.js";
import { ReversalSheet } from "./reversal.js";

const MOVES = {
  check_in: { sheet: CheckInSheet, kind: "", text: "desk.check_in", whom: "desk.check_in_whom", key: "i" },
  check_out: { sheet: CheckOutSheet, kind: "", text: "desk.check_out", whom: "desk.check_out_whom", key: "o" },
  no_show: { sheet: NoShowSheet, kind: "danger", text: "desk.no_show", whom: "desk.no_show_whom" },
  reversal: { sheet: ReversalSheet, kind: "plain", text: "moves.reverse", whom: "moves.reverse_whom" },
  cancel: { sheet: CancelSheet, kind: "danger", text: "moves.cancel", whom: "moves.cancel_whom" },
};
/** In a list of guests only what the day brings is offered. */
const OF_THE_DAY = ["check_in", "check_out", "no_show"];

function MoveButton({ name, booking, now, ask, small, kind }) {
  const move = MOVES[name];
  if (!openMoves(booking, now)[name]) return null;
  return html`<${Button} small=${small} kind=${kind ?? move.kind} onClick=${() => ask(name)}
    aria-keyshortcuts=${small ? undefined : move.key} aria-label=${t(move.whom, { name: booking.guest_name })}>${t(move.text)}<//>`;
}

/** The buttons of one booking in a list. */
export function MoveButtons({ booking, now, ask }) {
  const shared = { booking, now, ask, small: true };
  return html`<div class="desk-moves">
    <${MoveButton} ...${shared} name="check_in" /><${MoveButton} ...${shared} name="check_out" kind="plain" /><${MoveButton} ...${shared} name="no_show" />
    ${openMoves(booking, now).tooEarly && html`<span class="muted small">${t("desk.arrives", { day: day(booking.check_in) })}</span>`}
  </div>`;
}

/**
 * The sheet of a list: `asked` is `{name, booking}`. It belongs to the list and not to a row: when another desk was faster, the row goes, and
 * the sheet stays with what was typed.
 */
export function MoveSheet({ asked, now, ask, onChange }) {
  const { name, booking } = asked;
  return html`<${MOVES[name].sheet} booking=${booking} now=${now} ask=${ask} onChange=${onChange} />`;
}

/** Whether a list has the sheet: others are on the booking's page. */
export function isOfTheDay(name) {
  return OF_THE_DAY.includes(name);
}

/** Makes the action of the booking's page for a move. */
function action(name, ...names) {
  return ({ asked, ...props }) =>
    html`<${MoveButton} name=${name} ...${props} />
      ${[name, ...names].includes(asked) && html`<${MOVES[name].sheet} ...${props} asked=${asked} />`}`;
}

// After a walk-in was booked its page asks for the check-in, and then for the payment.
export const CheckIn = action("check_in", "walk_in");
export const CheckOut = action("check_out");
export const NoShow = action("no_show");
export const ReverseCheckIn = action("reversal");
export const Cancel = action("cancel");
