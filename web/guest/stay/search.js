// The guest's search: dates, words, city and order. All pages of a stay share it. It is stored until the tab is closed.
import { addDays, businessDate, nightsBetween } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { atThePagesEntry } from "../../shared/layers.js";
import { tab } from "../../shared/storage.js";
import { useEffect, useRef, useState } from "../../vendor/preact.js";

const KEY = "posthouse.search";
const DATE = /^\d{4}-\d\d-\d\d$/;
const listeners = new Set();
let search = begin();

function begin() {
  const kept = tab.read(KEY) ?? {};
  const words = ["keyword", "city", "sort"].map((name) => [name, typeof kept[name] === "string" ? kept[name] : ""]);
  return upToDate({
    ...Object.fromEntries(words),
    check_in: kept.check_in,
    check_out: kept.check_out,
    first: kept.first,
  });
}

/** Returns the first date that can be chosen: the earliest business date of all hotels, once the API has told it. */
export function firstDate() {
  return earliest(search);
}

// What was told on an earlier day is never too late.
function earliest({ first }) {
  const here = businessDate();
  return DATE.test(first) && first < here ? first : here;
}

/** Takes the first date from a search's answer. */
export function hearFirstDate(first) {
  if (first && first !== search.first) setSearch({ first });
}

/** Returns the search with dates that are not over: a page may stay open overnight. */
function upToDate(given) {
  return isStay(given) && given.check_in >= earliest(given) ? given : { ...given, ...tonight(businessDate()) };
}

/** Whether these are the two dates of a stay. */
export function isStay({ check_in, check_out }) {
  return DATE.test(check_in) && DATE.test(check_out) && check_out > check_in;
}

/** Returns the dates of one night. */
export function tonight(first) {
  return { check_in: first, check_out: addDays(first, 1) };
}

/** Returns the search: `{check_in, check_out, keyword, city, sort}`. */
export function getSearch() {
  const fresh = upToDate(search);
  if (fresh !== search) setSearch(fresh);
  return search;
}

/** Returns the address of a page with the dates of the search. */
export function withDates(path, { check_in, check_out } = getSearch()) {
  return `${path}/${check_in}/${check_out}`;
}

/**
 * Keeps the dates in the address of a hotel's page, `path/check_in/check_out`, and returns the search. Dates in an address that
 * is opened become those of the search; dates that are over at the hotel become its tonight.
 */
export function useDatesInAddress(path, params, hotel) {
  const seen = useRef(new Set());
  const first = businessDate(hotel);
  const told = `/${params.check_in}/${params.check_out}`;
  // Only once: an older address comes back for a moment when a sheet closes.
  if (!seen.current.has(told)) {
    seen.current.add(told);
    if (isStay(params) && params.check_in >= first) choose(params);
  }
  const search = useSearch();
  useEffect(() => {
    const dates = search.check_in < first ? choose(tonight(first)) : search;
    return keepAddress(path, withDates("", dates));
  }, [path, first, search.check_in, search.check_out]);
  return search;
}

/** Puts the dates into the address of the page, and not into that of a sheet over it. Returns what takes that back. */
function keepAddress(path, dates) {
  let over = false;
  atThePagesEntry(() => {
    const rest = location.hash.slice(path.length + 1);
    const ours = location.hash.startsWith(`#${path}`) && (rest === "" || /^(\/[\d-]+){2}$/.test(rest));
    if (!over && ours && rest !== dates) history.replaceState(history.state, "", `#${path}${dates}`);
  });
  return () => {
    over = true;
  };
}

/** Makes these the dates of the search, also where another hotel's day has turned already. */
function choose({ check_in, check_out }) {
  if (check_in !== search.check_in || check_out !== search.check_out)
    setSearch({ check_in, check_out, first: check_in });
  return { check_in, check_out };
}

export function setSearch(change) {
  search = { ...search, ...change };
  tab.write(KEY, search);
  for (const listener of listeners) listener(search);
}

/** Returns the search, and renders the caller again when it changes. */
export function useSearch() {
  const [value, setValue] = useState(getSearch);
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && getSearch();
    listeners.add(setValue);
    addEventListener("visibilitychange", seen);
    setValue(getSearch());
    return () => {
      listeners.delete(setValue);
      removeEventListener("visibilitychange", seen);
    };
  }, []);
  return value;
}

/** Returns "2 晚" or "2 nights". */
export function nightsText({ check_in, check_out }) {
  const count = nightsBetween(check_in, check_out);
  return t(count === 1 ? "stay.night" : "stay.nights", { count });
}
