// What the board makes of its numbers: floors, room types, states, and the order in which they are cleaned.
import { inLanguage, t } from "../../shared/language.js";

const byNumber = (one, other) => one.number.localeCompare(other.number, "en", { numeric: true });

/** Returns the one state that a number is shown in. */
export function stateOf(door) {
  return door.out_of_order ? "out_of_order" : door.occupancy;
}

/** Returns the floor of a number: 1205 is on 12, A-3 on none. */
function floorOf({ number }) {
  const floor = /^(\d+)\d{2}\D?$/.exec(number)?.[1];
  return floor ? t("board.floor", { floor }) : t("board.other_floor");
}

function grouped(doors, nameOf) {
  const groups = new Map();
  for (const door of doors.toSorted(byNumber)) {
    const name = nameOf(door);
    groups.set(name, [...(groups.get(name) ?? []), door]);
  }
  return [...groups];
}

/** Returns `[floor, numbers]` from the lowest floor up. */
export const floorsOf = (doors) => grouped(doors, floorOf);

/** Returns `[room type, numbers]` by the name of the type. */
export function typesOf(doors) {
  return grouped(doors, (it) => inLanguage(it.room_name)).sort(([one], [other]) => one.localeCompare(other, "zh-CN"));
}

const STEPS = ["arriving", "vacant", "due_out", "occupied"];

/** Returns what is to be cleaned: where somebody waits for the room, what is empty, where the guest leaves; then stay-overs. */
export function toClean(doors) {
  const step = ({ cleaning, occupancy }) => (cleaning === "stay_over" ? STEPS.length : STEPS.indexOf(occupancy));
  return doors.filter((it) => it.cleaning).sort((one, other) => step(one) - step(other) || byNumber(one, other));
}
