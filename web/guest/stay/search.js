// What the guest looks for: dates, words, city and order. All pages of a stay share it, as long as the tab is open.
import { addDays, nightsBetween, today } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { useEffect, useState } from "../../vendor/preact.js";

const KEY = "posthouse.search";
const listeners = new Set();
let wish = begin();

function begin() {
  const first = today();
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "{}");
  const dates =
    kept.check_in >= first
      ? { check_in: kept.check_in, check_out: kept.check_out }
      : { check_in: first, check_out: addDays(first, 1) };
  return { keyword: "", city: "", sort: "", ...kept, ...dates };
}

/** `{check_in, check_out, keyword, city, sort}`. */
export function getWish() {
  return wish;
}

export function setWish(change) {
  wish = { ...wish, ...change };
  sessionStorage.setItem(KEY, JSON.stringify(wish));
  for (const listener of listeners) listener(wish);
}

/** The wish, told anew when it changes. */
export function useWish() {
  const [value, setValue] = useState(wish);
  useEffect(() => {
    listeners.add(setValue);
    setValue(wish);
    return () => listeners.delete(setValue);
  }, []);
  return value;
}

/** "2 晚" or "2 nights". */
export function nightsText({ check_in, check_out }) {
  const count = nightsBetween(check_in, check_out);
  return t(count === 1 ? "stay.night" : "stay.nights", { count });
}
