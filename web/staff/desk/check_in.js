// The sheet that checks a guest in: what it does, what is owed, and what was asked for.
import { Banner, Button } from "../../shared/components.js";
import { day, money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { NumberChoice } from "../house/number_choice.js";
import { api } from "../session.js";
import { making, stillOpen } from "./making.js";
import { Said } from "./said.js";
import { guestsOf, roomOf, stayOf } from "./stay_text.js";

/** `asked` is "walk_in" right after a walk-in was booked: then the payment comes next. */
export function CheckInSheet(props) {
  const { booking, now, ask, asked } = props;
  const [chosen, setChosen] = useState(booking.numbers ?? []);
  const save = making(props, async () => {
    const asPlanned = String(chosen) === String(booking.numbers ?? []);
    const given = asPlanned ? undefined : { numbers: chosen };
    await postOnce(api, `check-in ${booking.order_no}`, `/api/staff/bookings/${booking.order_no}/check-in`, given);
    return "desk.checked_in";
  });
  const next = (found) => (asked === "walk_in" && found.balance > 0 ? "take_payment" : null);
  return html`<${FormSheet} title=${t("desk.check_in_whom", { name: booking.guest_name })} fields=${[]} values=${{}} submit=${t("desk.check_in")}
    eager onSave=${save} onClose=${() => ask(null)} onDone=${(found) => ask(next(found))} ...${stillOpen("check_in", props)}>
    ${(
      found,
    ) => html`<p><strong>${roomOf(found)}</strong> · ${guestsOf(found)}<br /><span class="muted number">${stayOf(found)}</span></p>
      <${Said} booking=${found} />
      <${NumberChoice} booking=${found} now=${now} chosen=${chosen} onChange=${setChosen} />
      ${found.check_in < now && html`<${Banner} tone="warn">${t("moves.check_in_late", { day: day(found.check_in) })}<//>`}
      ${
        found.balance > 0 &&
        html`<${Banner} tone="warn">${t("desk.check_out_owes", { amount: money(found.balance) })}<//>
        <div><${Button} kind="plain" small onClick=${() => ask("take_payment")}>${t("moves.take_first")}<//></div>`
      }
      <p>${t("moves.check_in_ask")}</p>`}
  <//>`;
}
