// Who comes and when: the fields of the booking form.
import "./form/texts.js";
import { serverNow } from "../../shared/clock.js";
import { Field } from "../../shared/components.js";
import { isPhoneNumber, momentAt } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { PartyFields } from "./party_sheet.js";

const ARRIVALS = Array.from({ length: 12 }, (_, at) => `${12 + at}:00`);
/** The hours at which a guest of a room by the hour may come are so far apart. */
const STEP_MINUTES = 30;

const minutesOf = (hour) => Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3));
const hourOf = (minutes) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** Returns the hours of day use that begins at `from`: "10:00–14:00". */
export function hoursOfUse(from, { hours }) {
  return `${from}–${hourOf(minutesOf(from) + hours * 60)}`;
}

/** Returns at what hours a guest may still come to a room by the hour on this date: within its window, and not in the past. */
export function arrivalsOf({ day_use: use, hotel }, date, now = serverNow()) {
  const [first, last] = [minutesOf(use.from), minutesOf(use.to) - use.hours * 60];
  const count = Math.max(0, Math.floor((last - first) / STEP_MINUTES) + 1);
  const hours = Array.from({ length: count }, (_, at) => hourOf(first + at * STEP_MINUTES));
  return hours.filter((hour) => Date.parse(momentAt(date, hour, hotel.time_zone)) > now);
}

/** Returns what is missing or wrong, by field: empty texts where nothing is. */
export function wrongsOf(draft, room) {
  const hourly = room.day_use && !draft.arrival_time;
  return {
    guest_name: draft.guest_name.trim() ? "" : t("book.name_missing"),
    phone_number: isPhoneNumber(draft.phone_number) ? "" : t("book.phone_wrong"),
    arrival_time: hourly ? t("book.arrival_missing") : "",
  };
}

export function Who({ room, range, draft, party, change, changeParty, wrong, most }) {
  return html`<div class="card stack">
    <${PartyFields} party=${party} mostUnits=${most} onChange=${changeParty} />
    <${Field} label=${t("book.name")} name="guest_name" autocomplete="name" maxlength="100" required value=${draft.guest_name}
      wrong=${wrong.guest_name} hint=${t("book.name_hint")} onInput=${(guest_name) => change({ guest_name })} />
    <${Field} label=${t("book.phone")} name="phone_number" type="tel" autocomplete="tel" maxlength="40" required value=${draft.phone_number}
      wrong=${wrong.phone_number} onInput=${(phone_number) => change({ phone_number })} />
    <${Arrival} room=${room} range=${range} at=${draft.arrival_time} wrong=${wrong.arrival_time} onChange=${(arrival_time) => change({ arrival_time })} />
    <${Field} label=${t("book.requests")} name="requests" multiline rows="2" maxlength="500" value=${draft.requests}
      hint=${t("book.requests_hint")} onInput=${(requests) => change({ requests })} />
  </div>`;
}

/** When the guest comes: a guess for a night, and what is booked for a room by the hour. */
function Arrival({ room, range, at, wrong, onChange }) {
  const hourly = room.day_use;
  const hours = hourly ? arrivalsOf(room, range.check_in) : ARRIVALS;
  const label = t(hourly ? "book.arrival_of_use" : "book.arrival");
  return html`<${Field} label=${label} name="arrival_time" value=${at} wrong=${wrong} onInput=${onChange}>
      <option value="">${t(hourly ? "book.arrival_choose" : "book.arrival_unknown")}</option>
      ${hours.map((hour) => html`<option key=${hour} value=${hour} selected=${hour === at}>${hourly ? hoursOfUse(hour, hourly) : hour}</option>`)}
    <//>
    ${hourly && hours.length === 0 && html`<p class="small warn-text">${t("book.too_late_today")}</p>`}`;
}
