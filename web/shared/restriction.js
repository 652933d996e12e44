// A restriction in words, for guests and staff: what stands against a stay though there are rooms.
import "./restriction_texts.js";
import { day, weekday } from "./format.js";
import { t } from "./language.js";

/** A date whose weekday (1 is Monday) is known. */
const A_DATE_OF = ["", ...[1, 2, 3, 4, 5, 6, 7].map((at) => `2024-01-0${at}`)];

/** Returns the words for a restriction as the API tells it: beside a room's offers, or in a refusal (409 `restricted`). */
export function restrictionText(told) {
  const dates = Object.fromEntries(
    ["date", "first", "last"].filter((name) => told[name]).map((name) => [name, day(told[name], { weekday: true })]),
  );
  const weekdays = (told.weekdays ?? []).map((it) => weekday(A_DATE_OF[it])).join(t("restriction.and"));
  return t(`restriction.${kindOf(told)}`, { ...dates, nights: told.nights, weekdays });
}

function kindOf({ restriction, date, first, last }) {
  if (restriction === "days_ahead") return first && date < first ? "days_ahead_first" : "days_ahead_last";
  if (restriction !== "validity") return restriction;
  if (first && last) return "validity_both";
  return first ? "validity_first" : "validity_last";
}
