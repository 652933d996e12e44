// The list of what to clean, for a thumb: one press says that a number is clean.
import { Button, Empty, FaultLine, toast } from "../../shared/components.js";
import { useAction } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";

/** Says how a number is. */
export function sayState(hotel, number, housekeeping) {
  return api.put(`/api/staff/hotels/${hotel.hotel_id}/numbers/${number}`, { housekeeping });
}

export function CleaningList({ doors, hotel, onChange, open }) {
  const say = useAction(async (number) => {
    await sayState(hotel, number, "clean");
    toast(t("board.said", { number, state: t("board.clean") }));
    await onChange();
  });
  if (doors.length === 0) return html`<${Empty} title=${t("board.all_clean")} />`;
  return html`<${FaultLine} error=${say.error} />
    ${["check_out", "stay_over"].map((kind) => {
      const items = doors.filter((it) => it.cleaning === kind);
      if (items.length === 0) return null;
      return html`<section key=${kind} class="stack" aria-labelledby=${`clean-${kind}`}>
        <h2 id=${`clean-${kind}`}>${t(`board.after_${kind}`)} <span class="muted number">${items.length}</span></h2>
        <ul class="cells">${items.map((it) => html`<li key=${it.number}><${Row} door=${it} say=${say} open=${open} /></li>`)}</ul></section>`;
    })}`;
}

function Row({ door, say, open }) {
  const { number } = door;
  const isIn = door.occupancy === "due_out";
  return html`<div class="cell door-row">
    <button type="button" class="grow door-which" onClick=${() => open(number)} aria-label=${t("board.open_which", { number })}>
      <strong class="number">${number}</strong>
      <span class="small">${inLanguage(door.room_name)}</span>
      <span class="small muted">${remark(door)}</span></button>
    ${!isIn && html`<${Button} busy=${say.busy} onClick=${() => say.run(number)} aria-label=${t("board.clean_which", { number })}>${t("board.is_clean")}<//>`}
  </div>`;
}

function remark({ occupancy, guest_name: name, following }) {
  if (occupancy === "arriving") return t("board.waits", { name: name ?? "" });
  if (occupancy === "due_out")
    return following ? t("board.leaves_then", { name: following.guest_name ?? "" }) : t("board.not_left");
  return occupancy === "occupied" ? (name ?? "") : "";
}
