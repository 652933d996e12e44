// What the guest looks for: dates, words, city and order. All pages of a stay share it, as long as the tab is open.
import { addDays, nightsBetween, today } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { tab } from "../../shared/storage.js";
import { useEffect, useState } from "../../vendor/preact.js";

const KEY = "posthouse.search";
const DATE = /^\d{4}-\d\d-\d\d$/;
const listeners = new Set();
let wish = begin();

function begin() {
  const kept = tab.read(KEY) ?? {};
  const words = ["keyword", "city", "sort"].map((name) => [name, typeof kept[name] === "string" ? kept[name] : ""]);
  return upToDate({ ...Object.fromEntries(words), check_in: kept.check_in, check_out: kept.check_out });
}

/** The wish from today on: a page may stay open overnight. */
function upToDate(wished) {
  const first = today();
  const whole = DATE.test(wished.check_in) && DATE.test(wished.check_out) && wished.check_out > wished.check_in;
  return whole && wished.check_in >= first ? wished : { ...wished, check_in: first, check_out: addDays(first, 1) };
}

/** `{check_in, check_out, keyword, city, sort}`. */
export function getWish() {
  const fresh = upToDate(wish);
  if (fresh !== wish) setWish(fresh);
  return wish;
}

export function setWish(change) {
  wish = { ...wish, ...change };
  tab.write(KEY, wish);
  for (const listener of listeners) listener(wish);
}

/** The wish, told anew when it changes. */
export function useWish() {
  const [value, setValue] = useState(getWish);
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && getWish();
    listeners.add(setValue);
    addEventListener("visibilitychange", seen);
    setValue(getWish());
    return () => {
      listeners.delete(setValue);
      removeEventListener("visibilitychange", seen);
    };
  }, []);
  return value;
}

/** "2 晚" or "2 nights". */
export function nightsText({ check_in, check_out }) {
  const count = nightsBetween(check_in, check_out);
  return t(count === 1 ? "stay.night" : "stay.nights", { count });
}
