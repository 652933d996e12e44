// Converts between the values of the API and the inputs of a form.
import { Problem } from "../../shared/api.js";
import { toFen, toYuan } from "../../shared/format.js";
import { t } from "../../shared/language.js";

const TO_INPUT = {
  yuan: toYuan,
  signed_yuan: toYuan,
  check: Boolean,
  images: (value) => [...(value || [])],
  choices: (value) => [...(value || [])],
  tags: (value) => (value || []).join("，"),
  percent: (value) => (value === undefined || value === null ? "" : String(value / 100)),
  datetime: (value) => (value ? localMinute(new Date(value)) : ""),
};

/** Returns the inputs for the values of the API. */
export function inputsOf(fields, values) {
  return Object.fromEntries(
    fields.map(({ name, kind }) => [name, (TO_INPUT[kind] || ((value) => String(value ?? "")))(values[name])]),
  );
}

/** Returns a number; null for an empty text; undefined for anything else, also hexadecimals and powers of ten. */
function numberIn(text) {
  if (text.trim() === "") return null;
  return /^[-+]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

/** Returns fen; null for an empty text, undefined for anything else. */
function fenIn(text) {
  return text.trim() === "" ? null : (toFen(text) ?? undefined);
}

/** Returns fen as `fenIn` does, also fewer than none: "-30". */
function signedFenIn(text) {
  const [, sign, amount] = /^\s*([-−+]?)(.*)$/s.exec(text);
  const fen = sign && amount.trim() === "" ? undefined : fenIn(amount);
  return fen && (sign === "-" || sign === "−") ? -fen : fen;
}

const FROM_INPUT = {
  number: numberIn,
  percent: (value) => {
    const percent = numberIn(value);
    return percent ? Math.round(percent * 100) : percent;
  },
  image: (value) => value.trim() || null,
  yuan: fenIn,
  signed_yuan: signedFenIn,
  check: (value) => value,
  images: (value) => value.map((it) => it.trim()).filter(Boolean),
  choices: (value) => value,
  tags: (value) =>
    value
      .split(/[,，、]/)
      .map((it) => it.trim())
      .filter(Boolean),
  datetime: (value) => (value ? new Date(value).toISOString() : null),
  password: (value) => value,
  date: (value) => value || null,
  // Some browsers add seconds.
  hour: (value) => value.slice(0, 5),
  text: (value) => value.trim(),
  select: (value) => value || null,
};

/** Returns the body for the inputs, and the errors of the fields: `{body, remarks}`. `facts` are for their `check`. */
export function bodyOf(fields, inputs, facts) {
  const body = {};
  const remarks = {};
  for (const field of fields) {
    const read = FROM_INPUT[field.kind](inputs[field.name]);
    const value = read === "" && field.clears ? null : read;
    if (value === undefined) remarks[field.name] = t(`form.no_${field.kind}`);
    else if (field.required && isNothing(value)) remarks[field.name] = t("form.required");
    else if (field.least !== undefined && value !== null && value < field.least)
      remarks[field.name] = t("form.at_least", { limit: field.kind === "yuan" ? toYuan(field.least) : field.least });
    else if (value !== null && field.check?.(value, body, facts)) remarks[field.name] = field.check(value, body, facts);
    // The API takes a missing field as empty; one that `clears` it would keep.
    else if (value !== null || field.clears) body[field.name] = value;
  }
  return { body, remarks };
}

function isNothing(value) {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Returns the API's errors of the fields, and the error itself if it has others: `{remarks, rest}`. */
export function remarksOf(error, fields) {
  if (!(error instanceof Problem) || error.errors.length === 0) return { remarks: {}, rest: error };
  const remarks = {};
  let isWhole = true;
  for (const { field, message } of error.errors) {
    const asked = askedFor(field, fields);
    if (asked) remarks[asked.name] = inWords(message, asked.kind);
    else isWhole = false;
  }
  return { remarks, rest: isWhole ? null : error };
}

/** Returns the field of the form that the API means: that one, the one that it is a part of, or the first part of it. */
function askedFor(field, fields) {
  const [whole] = field.split(".");
  const named = (name) => fields.find((it) => it.name === name);
  return named(field) ?? named(whole) ?? fields.find((it) => it.name.startsWith(`${field}.`));
}

const WORDS = [
  [/is required/, "form.required"],
  [/(?:int|float) >= (\S+)/, "form.at_least"],
  [/(?:int|float) <= (\S+)/, "form.at_most"],
  [/str of length >= (\d+)/, "form.shortest"],
  [/str of length <= (\d+)/, "form.longest"],
  [/array of length <= (\d+)/, "form.most_items"],
  [/Expected int/, "form.no_integer"],
  [/Expected float/, "form.no_number"],
  [/is in the past/, "form.past"],
  [/is after the stay/, "form.after_stay"],
  [/must not be 0/, "form.not_zero"],
  [/must say how many adults/, "form.included_missing"],
  [/must not be above max_adults/, "form.included_above"],
  [/makes the price of a night zero or less/, "form.night_free"],
  [/is needed for payment deposit/, "form.deposit_only"],
  [/min above its max/, "form.least_above_most"],
  [/must not be before valid_from/, "form.ends_first"],
  [/so many hours after from/, "form.window_short"],
  [/must not be before the hotel's day_turns_at/, "form.before_day"],
  [/must be a phone number|control characters|printable ASCII/, "form.no_pattern"],
];

/** Returns an error of the API's validation in the current language, if it is known. */
function inWords(message, kind) {
  if (message.includes("matching regex")) return t(kind.startsWith("image") ? "form.no_url" : "form.no_pattern");
  for (const [pattern, key] of WORDS) {
    const found = pattern.exec(message);
    if (found) return t(key, { limit: found[1] });
  }
  return message;
}

function localMinute(moment) {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
