// How many guests the rooms of a type hold, in words too. The API has the last word (`too_many_guests`).
import "./texts.js";
import { t } from "../../shared/language.js";
import { partyText } from "./search.js";

/** Returns how many rooms of this type hold the guests; null if no number of them does. */
export function unitsFor(room, { adults, children }) {
  const need = (count, most) => (count === 0 || (most ?? null) === null ? 1 : Math.ceil(count / most));
  const units = Math.max(need(adults, room.max_adults), need(children, room.max_children));
  return Number.isFinite(units) ? units : null;
}

/** Returns how many guests a room holds: "每间最多 2 位成人、1 名儿童"; empty if it has no bound. */
export function holdsText({ max_adults: adults, max_children: children }) {
  const told = [
    adults > 0 && partyText({ adults }),
    children > 0 && partyText({ children }),
    children === 0 && t("stay.holds_no_children"),
  ].filter(Boolean);
  return told.length ? t("stay.holds", { guests: told.join(t("stay.holds_and")) }) : "";
}

/** Returns in words that the rooms do not hold the guests. */
export function tooManyText(room, { adults, children }) {
  return t("stay.too_many", { guests: partyText({ adults, children }), holds: holdsText(room) });
}
