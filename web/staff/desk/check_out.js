// The sheet that checks a guest out: it asks for an even folio, or for the reason why it is left uneven.
import { pause } from "../../shared/clock.js";
import { Banner, Button } from "../../shared/components.js";
import { day, money, nightsBetween, today } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { making, stillOpen } from "./making.js";
import { findBooking } from "./reading.js";

const POLLS = 30;
const POLL_MS = 500;

export function CheckOutSheet(props) {
  const { booking, ask } = props;
  const save = making(props, ({ reason }, found) =>
    checkOut(booking, found.balance === 0 ? {} : { leave_balance: true, reason }),
  );
  const reason = {
    name: "reason",
    label: t("moves.leave_why"),
    kind: "text",
    required: true,
    wide: true,
    when: (_, found) => Boolean(found?.balance),
  };
  return html`<${FormSheet} title=${t("desk.check_out_whom", { name: booking.guest_name })} fields=${[reason]} values=${{}} onSave=${save}
    submit=${(_, found) => leaves(found)} onClose=${() => ask(null)} ...${stillOpen("check_out", props)}>
    ${(found) => {
      // The night of the date on the wall is the first that goes back on sale.
      const left = Math.max(0, nightsBetween(today(found.time_zone), found.check_out));
      return html`<p>${t("desk.check_out_ask")}</p>
        ${left > 0 && html`<${Banner} tone="warn">${t("desk.check_out_early", { count: left, day: day(found.check_out) })}<//>`}
        <${Uneven} found=${found} ask=${ask} />`;
    }}
  <//>`;
}

/** The API accepts a check-out first and then carries it out. This waits until the stay is over, for 15 s at most. */
async function checkOut({ order_no: orderNo }, body) {
  await api.post(`/api/staff/bookings/${orderNo}/check-out`, body);
  for (let look = 0; look < POLLS; look += 1) {
    const found = await findBooking(orderNo);
    if (found?.status !== "checked_in") return "desk.checked_out";
    await pause(POLL_MS);
  }
  return "desk.checking_out";
}

/** Returns the text of the button. */
function leaves(found) {
  if (!found?.balance) return t("desk.check_out");
  return t(found.balance > 0 ? "moves.leave_due" : "moves.leave_credit", { amount: money(Math.abs(found.balance)) });
}

/** Says what is in the way, and leads to where it is settled. */
function Uneven({ found: { balance, desk }, ask }) {
  if (balance === 0) return null;
  const [key, name, text] =
    balance > 0
      ? ["desk.check_out_owes", "take_payment", "moves.settle_due"]
      : ["moves.has_credit", desk > 0 ? "desk_refund" : "refund", "moves.settle_credit"];
  return html`<${Banner} tone="warn">${t(key, { amount: money(Math.abs(balance)) })}<//>
    <div><${Button} onClick=${() => ask(name)}>${t(text)}<//></div>
    <p>${t("moves.or_leave")}</p>`;
}
