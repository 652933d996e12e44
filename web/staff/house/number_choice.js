// The choice of a booking's numbers, in the sheets of the desk: what is free for its room type, the ready ones first.
import "./board_texts.js";
import { Button, Loaded } from "../../shared/components.js";
import { useLoad } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";

/** How many numbers are shown at first: a hotel may have hundreds that are free. */
const SHOWN = 24;
const READY = ["inspected", "clean", "dirty"];

/** Returns the numbers of a booking's room type that it has, or that are free on its first night; the ready ones first. */
export function freeFor(booking, doors, isLater) {
  const mine = booking.numbers ?? [];
  const free = ({ occupancy, out_of_order: broken, number, following }) =>
    mine.includes(number) ||
    (!broken && (occupancy === "vacant" || (isLater && occupancy === "due_out" && !following)));
  const rank = (door) => READY.indexOf(door.housekeeping);
  return doors
    .filter((it) => it.room_id === booking.room_id && free(it))
    .sort((one, other) => rank(one) - rank(other) || one.number.localeCompare(other.number, "en", { numeric: true }));
}

/**
 * Buttons of which as many can be pressed as the booking has rooms. `chosen` are the numbers, `onChange` gets them. It shows nothing
 * where the hotel has no numbers for the room type. A number that is taken on a later night is refused by the API (`number_taken`).
 */
export function NumberChoice({ booking, now, chosen, onChange }) {
  const date = booking.check_in > now ? booking.check_in : now;
  const from = useLoad(
    () => api.get(`/api/staff/hotels/${booking.hotel_id}/house`, { date }),
    [booking.hotel_id, date],
  );
  return html`<${Loaded} from=${from} rows=${1}>${(data) => html`<${Choice} booking=${booking} doors=${data.items} isLater=${date > now} chosen=${chosen} onChange=${onChange} />`}<//>`;
}

function Choice({ booking, doors, isLater, chosen, onChange }) {
  if (!doors.some((it) => it.room_id === booking.room_id)) return null;
  const [all, showAll] = useState(false);
  const free = freeFor(booking, doors, isLater);
  const shown = all ? free : free.filter((it, at) => at < SHOWN || chosen.includes(it.number));
  const turn = (number) => {
    if (chosen.includes(number)) onChange(chosen.filter((it) => it !== number));
    // Of one room the last press counts; of several the oldest choice gives way.
    else onChange([...chosen, number].slice(-booking.units));
  };
  return html`<fieldset class="field wide door-choice"><legend class="label">${t("board.numbers_of", { count: booking.units })}</legend>
    ${free.length === 0 && html`<p class="muted">${t("board.none_free")}</p>`}
    <div class="row wrap">${shown.map(
      (
        it,
      ) => html`<button type="button" key=${it.number} class=${`door-pick ${it.housekeeping}`} aria-pressed=${chosen.includes(it.number) ? "true" : "false"}
        onClick=${() => turn(it.number)}><span class="number">${it.number}</span> <small>${t(`board.${it.housekeeping}`)}</small></button>`,
    )}
      ${shown.length < free.length && html`<${Button} kind="quiet" small onClick=${() => showAll(true)}>${t("board.show_all", { count: free.length })}<//>`}</div></fieldset>`;
}
