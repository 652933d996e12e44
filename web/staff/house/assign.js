// The action of a booking's page that gives it numbers, or moves a guest who is in the house.
import "./board_texts.js";
import { Banner, Button } from "../../shared/components.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { making } from "../desk/making.js";
import { endOf } from "../desk/open_moves.js";
import { roomOf, stayOf } from "../desk/stay_text.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { NumberChoice } from "./number_choice.js";

const HAS_ROOMS = new Set(["reserved", "paid", "checked_in"]);

export function AssignNumbers(props) {
  const { booking, now, asked, ask } = props;
  const isIn = booking.status === "checked_in";
  if (!HAS_ROOMS.has(booking.status) || (!isIn && endOf(booking) <= now)) return null;
  const text = t(isIn && booking.numbers.length > 0 ? "board.move" : "board.assign");
  return html`<${Button} kind="plain" onClick=${() => ask("numbers")}>${text}<//>
    ${asked === "numbers" && html`<${NumbersSheet} ...${props} />`}`;
}

function NumbersSheet(props) {
  const { booking, now, ask } = props;
  const [chosen, setChosen] = useState(booking.numbers);
  const save = making(props, async () => {
    await postOnce(api, `numbers ${booking.order_no}`, `/api/staff/bookings/${booking.order_no}/numbers`, {
      numbers: chosen,
    });
    return "board.assigned";
  });
  const leaves = booking.status === "checked_in" ? booking.numbers.filter((it) => !chosen.includes(it)) : [];
  return html`<${FormSheet} title=${t("board.numbers_whom", { name: booking.guest_name })} fields=${[]} values=${{}} onSave=${save} onClose=${() => ask(null)}>
    <p><strong>${roomOf(booking)}</strong><br /><span class="muted small number">${stayOf(booking)}</span></p>
    <${NumberChoice} booking=${booking} now=${now} chosen=${chosen} onChange=${setChosen} />
    ${leaves.length > 0 && html`<${Banner}>${t("board.will_be_dirty", { numbers: leaves.join("、") })}<//>`}
  <//>`;
}
