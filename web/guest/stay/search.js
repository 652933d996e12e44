// The guest's search: dates, words, city and order. All pages of a stay share it. It is stored until the tab is closed.
import { addDays, nightsBetween, today } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { tab } from "../../shared/storage.js";
import { useEffect, useState } from "../../vendor/preact.js";

const KEY = "posthouse.search";
const DATE = /^\d{4}-\d\d-\d\d$/;
const listeners = new Set();
let search = begin();

function begin() {
  const kept = tab.read(KEY) ?? {};
  const words = ["keyword", "city", "sort"].map((name) => [name, typeof kept[name] === "string" ? kept[name] : ""]);
  return upToDate({ ...Object.fromEntries(words), check_in: kept.check_in, check_out: kept.check_out });
}

/** Returns the search with dates from today on: a page may stay open overnight. */
function upToDate(given) {
  const first = today();
  const whole = DATE.test(given.check_in) && DATE.test(given.check_out) && given.check_out > given.check_in;
  return whole && given.check_in >= first ? given : { ...given, check_in: first, check_out: addDays(first, 1) };
}

/** Returns the search: `{check_in, check_out, keyword, city, sort}`. */
export function getSearch() {
  const fresh = upToDate(search);
  if (fresh !== search) setSearch(fresh);
  return search;
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
