// What is typed about nights, as a change: the part that the API takes, the price, what is wrong, and which nights it is about.
import "./nights_texts.js";
import { day, toFen } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { movesOf } from "./pattern.js";

const MOST_UNITS = 999;
/** The most nights of a shortest and of a longest stay. */
const LONGEST = { min_stay: 85, max_stay: 365 };
const HIGHEST_PRICE = 100_000_000;
const CLOSED = { open: false, closed: true };
export const BOUNDS = ["min_stay", "max_stay"];
export const STOPS = ["closed_to_arrival", "closed_to_departure"];

/** Nothing typed. Of a bound and of a stop: "" keeps it, "set" sets it, "remove" takes it away. */
export const NOTHING = {
  how: "amount",
  price: "",
  percent: "",
  units: "",
  sale: "",
  min_stay: "",
  min_stay_nights: "",
  max_stay: "",
  max_stay_nights: "",
  closed_to_arrival: "",
  closed_to_departure: "",
  opens: true,
};

/** Whether nothing is to be changed. */
export function isNothing(typed) {
  return Object.keys(bodyOf(typed)).length === 0 && !priceText(typed);
}

function priceText({ how, price, percent }) {
  return (how === "amount" ? price : percent).trim();
}

/** Returns the change of the price: `{fen}` or `{bp}`; null if what was typed is no price, undefined if it stays. */
function priceOf(typed) {
  const text = priceText(typed);
  if (!text) return undefined;
  if (typed.how === "amount") {
    const fen = toFen(text);
    return fen >= 1 && fen <= HIGHEST_PRICE ? { fen } : null;
  }
  const percent = /^[-+−]?\d{1,4}(\.\d{1,2})?$/.test(text) ? Number(text.replace("−", "-")) : Number.NaN;
  return percent > -100 && percent <= 1000 && percent !== 0 ? { bp: Math.round(percent * 100) } : null;
}

/** Returns what is sent beside the price: a field that is not there stays as it is, null takes a restriction away. */
export function bodyOf(typed) {
  const body = {};
  if (typed.units.trim()) body.units = Number(typed.units);
  if (typed.sale) body.closed = CLOSED[typed.sale];
  for (const name of BOUNDS)
    if (typed[name]) body[name] = typed[name] === "set" ? Number(typed[`${name}_nights`]) : null;
  for (const name of STOPS) if (typed[name]) body[name] = typed[name] === "set" ? true : null;
  return body;
}

/**
 * Returns what the change does to these nights: `{moves, body, facts, wrong}`. `rows` are `{room, nights}`, `wrong` has a text for each field
 * that is refused.
 */
export function changeOf(rows, dates, typed) {
  const price = priceOf(typed);
  const all = movesOf(rows, dates, price ?? undefined);
  const nights = new Map(rows.map(({ room, nights: known }) => [room, known]));
  const nightOf = ({ room, date }) => nights.get(room).get(date);
  const moves = typed.opens ? all : all.filter(nightOf);
  const body = bodyOf(typed);
  const facts = factsOf(moves, all, nightOf);
  return { moves, body, facts, wrong: wrongWith(typed, { price, body, moves, facts, nightOf }) };
}

function factsOf(moves, all, nightOf) {
  const opened = moves.map(nightOf).filter(Boolean);
  const taken = (it) => it.sold + it.out_of_order;
  const fullest = opened.reduce((most, it) => (most === null || taken(it) > taken(most) ? it : most), null);
  const [least, most] = rangeOf(opened.map((it) => it.price));
  const [lowest, highest] = rangeOf(moves.map((it) => it.price ?? it.was));
  return {
    least,
    most,
    lowest,
    highest,
    sold: rangeOf(opened.map((it) => it.sold))[1] ?? 0,
    taken: fullest ? taken(fullest) : 0,
    takenOn: fullest?.date,
    opened: opened.length,
    unopened: all.filter((it) => !nightOf(it)).length,
  };
}

/** Returns the least and the most; a year of many rooms is too long for the arguments of `Math.min`. */
function rangeOf(values) {
  return values.reduce(
    ([least, most], it) => [
      least === undefined || it < least ? it : least,
      most === undefined || it > most ? it : most,
    ],
    [],
  );
}

function wrongWith(typed, { price, body, moves, facts, nightOf }) {
  const wrong = {};
  if (price === null) wrong.price = t(typed.how === "amount" ? "desk.price_wrong" : "nights.percent_wrong");
  else if (moves.some((it) => it.price < 1)) wrong.price = t("form.night_free");
  if (typed.units && !(/^\d+$/.test(typed.units.trim()) && body.units <= MOST_UNITS))
    wrong.units = t("desk.units_wrong", { most: MOST_UNITS });
  else if (typed.units && body.units < facts.taken)
    wrong.units = t("desk.below_sold", { day: day(facts.takenOn), count: facts.taken });
  for (const name of BOUNDS) {
    const count = body[name];
    const fits = Number.isInteger(count) && count >= 1 && count <= LONGEST[name];
    if (typed[name] === "set" && !fits) wrong[name] = t("nights.bound_wrong", { most: LONGEST[name] });
  }
  const crossed = !wrong.min_stay && !wrong.max_stay && moves.find((it) => isCrossed(body, nightOf(it)));
  if (crossed) wrong[body.max_stay ? "max_stay" : "min_stay"] = crossedText(body, crossed);
  return wrong;
}

/** Whether a night would have a shortest stay above its longest one: by what is typed, and by what it has already. */
function isCrossed(body, night) {
  if (!body.min_stay && !body.max_stay) return false;
  const [least, most] = BOUNDS.map((name) => (body[name] === undefined ? night?.[name] : body[name]));
  return Boolean(least && most && least > most);
}

function crossedText(body, { date }) {
  return body.min_stay && body.max_stay ? t("nights.crossed") : t("nights.crossed_on", { day: day(date) });
}

/** Returns the API's refusal (422) in words, by field; `rest` is the error if it is about something else. */
export function refusedFields(error) {
  const named = (error?.errors ?? []).filter(({ field }) => field in { price: 1, units: 1, min_stay: 1, max_stay: 1 });
  const fields = Object.fromEntries(
    named.map(({ field, message }) => [field, /must not be/.test(message) ? t("nights.crossed") : message]),
  );
  return { fields, rest: named.length > 0 ? null : error };
}
