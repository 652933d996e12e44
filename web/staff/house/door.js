// The sheet of one number: who has it, how clean it is, and when it is out of order.
import { Button, FaultLine, Sheet, toast } from "../../shared/components.js";
import { addDays, day } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";
import { sayState } from "./cleaning.js";

const STATES = ["dirty", "clean", "inspected"];

export function DoorSheet({ door, hotel, date, onBreak, onChange, onClose }) {
  const title = `${door.number} · ${inLanguage(door.room_name)}`;
  return html`<${Sheet} title=${title} onClose=${onClose}>
    <${Guests} door=${door} />
    <${States} door=${door} hotel=${hotel} onChange=${onChange} onClose=${onClose} />
    <${Periods} door=${door} hotel=${hotel} date=${date} onChange=${onChange} />
    <div><${Button} kind="plain" onClick=${onBreak}>${t("board.put_out_of_order")}<//></div>
  <//>`;
}

function Guests({ door }) {
  if (!door.order_no) return html`<p class="muted">${t("board.vacant")}</p>`;
  const { following } = door;
  return html`<div>
    <p>${t(`board.${door.occupancy}`)} · <${Link} href=${`/bookings/${door.order_no}`}><strong>${door.guest_name ?? door.order_no}</strong><//>
      ${door.check_in && html`<br /><span class="muted small number">${day(door.check_in)} – ${day(door.check_out)}</span>`}</p>
    ${
      following &&
      html`<p>${t("board.then_comes")} <${Link} href=${`/bookings/${following.order_no}`}><strong>${following.guest_name ?? following.order_no}</strong><//>
        ${following.arrival_time && html`<span class="muted number"> ${following.arrival_time}</span>`}</p>`
    }
  </div>`;
}

/** Three large buttons: one press says how it is, and closes the sheet. */
function States({ door, hotel, onChange, onClose }) {
  const say = useAction(async (state) => {
    await sayState(hotel, door.number, state);
    toast(t("board.said", { number: door.number, state: t(`board.${state}`) }));
    onClose();
    await onChange();
  });
  return html`<section class="stack" aria-labelledby="door-states"><h3 id="door-states">${t("board.housekeeping")}</h3>
    <div class="door-states" role="group" aria-labelledby="door-states">${STATES.map(
      (
        state,
      ) => html`<button type="button" key=${state} class=${`door-state ${state}`} aria-pressed=${door.housekeeping === state ? "true" : "false"}
        disabled=${say.busy} onClick=${() => say.run(state)}>${t(`board.${state}`)}</button>`,
    )}</div>
    <${FaultLine} error=${say.error} /></section>`;
}

function Periods({ door, hotel, date, onChange }) {
  const end = useAction(async (id) => {
    await api.delete(`/api/staff/hotels/${hotel.hotel_id}/numbers/${door.number}/out-of-order/${id}`);
    toast(t("board.ended", { number: door.number }));
    await onChange();
  });
  const ahead = door.periods_out_of_order
    .filter((it) => it.to > date)
    .sort((one, other) => one.from.localeCompare(other.from));
  if (ahead.length === 0) return null;
  return html`<section class="stack" aria-labelledby="door-periods"><h3 id="door-periods">${t("board.out_of_order")}</h3>
    <ul class="cells">${ahead.map(
      (
        it,
      ) => html`<li key=${it.out_of_order_id}><div class="cell"><div class="grow"><p class="number">${day(it.from)} – ${day(addDays(it.to, -1))}</p>
        <p class="small muted">${it.reason}</p></div>
        <${Button} kind="plain" small busy=${end.busy} onClick=${() => end.run(it.out_of_order_id)}>${t("board.end_it")}<//></div></li>`,
    )}</ul><${FaultLine} error=${end.error} /></section>`;
}
