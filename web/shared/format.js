// Money, dates and times in words. Amounts are in fen, nights are dates of the hotel, moments are in UTC.
import { serverNow } from "./clock.js";
import { locale, t } from "./language.js";

/** 42800 -> "¥428", 42850 -> "¥428.50", -2000 -> "−¥20"; `exact` shows the fen of each: "¥428.00". */
export function money(fen, { exact = false } = {}) {
  const yuan = Math.abs(fen) / 100;
  const digits = Number.isInteger(yuan) && !exact ? 0 : 2;
  const text = yuan.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${fen < 0 ? "−" : ""}¥${text}`;
}

/** "428.5" -> 42850; null if it is not an amount of yuan. */
export function toFen(yuan) {
  return /^\d{1,8}(\.\d{1,2})?$/.test(String(yuan).trim()) ? Math.round(Number(yuan) * 100) : null;
}

/** 42850 -> "428.5", for an input. */
export function toYuan(fen) {
  return fen === null || fen === undefined ? "" : String(fen / 100);
}

/**
 * Whether a text looks like a phone number, however it is spelled; the API has the last word. A mobile number of the
 * mainland has eleven digits: one with a digit too few or too many is wrong here, though it could be a number of elsewhere.
 */
export function isPhoneNumber(text) {
  const plain = text
    .normalize("NFKC")
    .replace(/^\s*tel:/i, "")
    .replace(/[\s\p{Cf}\p{Pd}−ー~.·/()[\]]/gu, "");
  const mobile = /^(?:(?:\+|00)?86)?0?(1[3-9]\d*)$/.exec(plain);
  return mobile ? mobile[1].length === 11 : /^\+?\d{7,15}$/.test(plain);
}

/** "028-86600127-8001" -> "tel:028-86600127,8001": the telephone dials, waits, and dials the extension. */
export function telephoneLink(phone) {
  return `tel:${phone.replace(/^(.*?\d{7,})(?:-| ext\. )(\d{1,6})$/, "$1,$2")}`;
}

/** A night or day: "2026-11-21" -> "11月21日" or "21 Nov"; with the weekday if asked for. */
export function day(date, { weekday = false, year = false } = {}) {
  const options = { month: "short", day: "numeric", timeZone: "UTC" };
  if (weekday) options.weekday = "short";
  if (year) options.year = "numeric";
  const text = new Intl.DateTimeFormat(locale(), options).format(new Date(`${date}T00:00:00Z`));
  // Chinese puts no space there, and reads as one word: "11月21日周六".
  return text.replace(/日(?=周)/, "日 ");
}

/** "2026-11-21" -> "周六" or "Sat". */
export function weekday(date) {
  return new Intl.DateTimeFormat(locale(), { weekday: "short", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** A moment in the time zone of the browser or in `timeZone`: "11月21日 14:05". */
export function moment(timestamp, { seconds = false, dayOnly = false, timeZone } = {}) {
  if (!timestamp) return "";
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
  const options = { month: "short", day: "numeric", ...(!dayOnly && clock), timeZone };
  if (seconds) options.second = "2-digit";
  return new Intl.DateTimeFormat(locale(), options).format(new Date(timestamp));
}

/** Seconds as a clock: 125 -> "02:05", 93784 -> "1 天 02:03:04" or "1 d 02:03:04". */
export function clock(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  const pair = (value) => String(value).padStart(2, "0");
  const [days, hours, minutes] = [
    Math.floor(left / 86400),
    Math.floor((left % 86400) / 3600),
    Math.floor((left % 3600) / 60),
  ];
  const tail = `${pair(minutes)}:${pair(left % 60)}`;
  if (days) return `${t("days", { count: days })} ${pair(hours)}:${tail}`;
  return hours ? `${pair(hours)}:${tail}` : tail;
}

const HOME = { time_zone: "Asia/Shanghai", day_turns_at: "06:00" };

/** Returns the date on the wall of a time zone, by the server's clock. Without one it is China's. */
export function today(timeZone = HOME.time_zone) {
  return wall(serverNow(), timeZone).slice(0, 10);
}

/** Returns the hour on the clock of a time zone now: "14:05". */
export function hourNow(timeZone = HOME.time_zone) {
  return wall(serverNow(), timeZone).slice(11, 16);
}

/**
 * Returns a hotel's business date now, or at another moment: before `day_turns_at` it is still the day before. `hotel` is a hotel, or a booking,
 * which keeps the zone and the hours that it was made under; without one it is a hotel in China.
 */
export function businessDate({ time_zone: timeZone, day_turns_at: turnsAt } = HOME, at = serverNow()) {
  const here = wall(at, timeZone);
  return here.slice(11, 16) < turnsAt ? addDays(here.slice(0, 10), -1) : here.slice(0, 10);
}

/** Returns a moment as a time zone's clock shows it, as a text that can be compared: "2026-11-21 14:05:00". */
function wall(at, timeZone) {
  return new Date(at).toLocaleString("sv-SE", { timeZone });
}

/** Returns the moment (UTC) at which a time zone's clock shows an hour ("18:00") of a date. */
export function momentAt(date, hour, timeZone = HOME.time_zone) {
  const wanted = Date.parse(`${date}T${hour}:00Z`);
  let at = wanted;
  // Twice, because the zone's offset at the first guess may be another one than at the moment itself.
  for (let guess = 0; guess < 2; guess += 1) {
    const shown = Date.parse(`${wall(at, timeZone).replace(" ", "T")}Z`);
    at += wanted - shown;
  }
  return new Date(at).toISOString();
}

/** A moment on the clock of a hotel, or else of China: "11月21日 14:05". It names the zone where the device's clock shows another time. */
export function localTime(timestamp, timeZone = HOME.time_zone) {
  const at = moment(timestamp, { timeZone });
  return wall(timestamp, timeZone) === wall(timestamp) ? at : t("in_zone", { at, zone: zoneName(timestamp, timeZone) });
}

function zoneName(timestamp, timeZone) {
  const parts = new Intl.DateTimeFormat(locale(), { timeZone, timeZoneName: "long" }).formatToParts(
    new Date(timestamp),
  );
  return parts.find((it) => it.type === "timeZoneName").value;
}

/** Returns the date some days later. */
export function addDays(date, days) {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** Returns the number of nights between two dates. */
export function nightsBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Returns the first day of the date's month, or of a month later or earlier. */
export function monthOf(date, months = 0) {
  const first = new Date(`${date.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + months);
  return first.toISOString().slice(0, 10);
}
