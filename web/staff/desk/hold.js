// Until when a room is held for a guest who has not paid: an hour of the arrival day on the hotel's clock, or another moment.
import "./new_texts.js";
import { serverNow } from "../../shared/clock.js";
import { Field } from "../../shared/components.js";
import { momentAt } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

const HOURS = ["16:00", "18:00", "20:00", "22:00"];
const USUAL = "18:00";
const OTHER = "other";

/** Returns the hours of the arrival day that are still ahead. */
function hoursAhead(checkIn, timeZone) {
  return HOURS.filter((hour) => Date.parse(momentAt(checkIn, hour, timeZone)) > serverNow());
}

/** Returns the hour that is offered first; "" for no end: an agency answers for its guests, and a guest at the desk is there. */
export function usualHold(source, checkIn, timeZone) {
  if (source !== "phone" && source !== "email") return "";
  const ahead = hoursAhead(checkIn, timeZone);
  return ahead.includes(USUAL) ? USUAL : (ahead[0] ?? "");
}

/** Returns the moment (UTC) for the API; undefined for no end, or while the other moment is not complete. */
export function holdUntil({ hold, hold_at: at }, checkIn, timeZone) {
  if (hold === OTHER) return at ? momentAt(at.slice(0, 10), at.slice(11, 16), timeZone) : undefined;
  return hold ? momentAt(checkIn, hold, timeZone) : undefined;
}

/** The choice. `stay` is `{check_in, time_zone}`, `typed` has `hold` ("", an hour or "other"), `hold_at` and `arrival_time`. */
export function HoldFields({ stay, typed, wrong, type }) {
  const options = [
    ["", t("new.hold_none")],
    ...hoursAhead(stay.check_in, stay.time_zone).map((hour) => [hour, t("new.hold_hour", { hour })]),
    [OTHER, t("new.hold_other")],
  ];
  const early = HOURS.includes(typed.hold) && typed.arrival_time > typed.hold;
  const hint = early
    ? t("new.hold_early", { time: typed.arrival_time })
    : t(typed.hold ? "new.hold_hint" : "new.hold_none_hint");
  return html`<${Field} label=${t("new.hold")} name="hold" value=${typed.hold} onInput=${type("hold")} hint=${hint}
      wrong=${typed.hold === OTHER ? undefined : wrong}>
      ${options.map(([value, text]) => html`<option value=${value} selected=${value === typed.hold}>${text}</option>`)}
    <//>
    ${
      typed.hold === OTHER &&
      html`<${Field} label=${t("new.hold_at")} name="hold_at" type="datetime-local" value=${typed.hold_at} onInput=${type("hold_at")}
        wrong=${wrong} />`
    }`;
}
