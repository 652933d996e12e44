// The guest's search: dates, rooms and guests, words, city and order. All pages of a stay share it. It is stored until the tab is closed.
import { addDays, businessDate, nightsBetween } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { atThePagesEntry } from "../../shared/layers.js";
import { tab } from "../../shared/storage.js";
import { useEffect, useRef, useState } from "../../vendor/preact.js";

const KEY = "posthouse.search";
const DATE = /^\d{4}-\d\d-\d\d$/;
/** The end of an address: the dates, and rooms, adults and children where they are not one, one and none. */
const STAY = /^(\/[\d-]+){2,3}$/;
const PARTY = ["units", "adults", "children"];
/** Who has not said more: one adult in one room. */
const ONE_ADULT = { units: 1, adults: 1, children: 0 };
/** The most of each that a guest can choose. */
export const MOST = { units: 9, adults: 36, children: 36 };
const listeners = new Set();
let search = begin();

function begin() {
  const kept = tab.read(KEY) ?? {};
  const words = ["keyword", "city", "sort"].map((name) => [name, typeof kept[name] === "string" ? kept[name] : ""]);
  return upToDate({
    ...Object.fromEntries(words),
    ...partyOf(kept),
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
  if (isStay(given) && given.check_in >= earliest(given)) return given;
  return { ...given, ...asDayUse(tonight(businessDate()), isStay(given) && isDayUse(given)) };
}

/** Whether these are the two dates of a stay; those of day use are one date. */
export function isStay({ check_in, check_out }) {
  return DATE.test(check_in) && DATE.test(check_out) && check_out >= check_in;
}

/** Whether the room is wanted for some hours of one date, and not for a night. */
export function isDayUse({ check_in, check_out }) {
  return check_in === check_out;
}

/** Returns the dates of a stay that begins as this one, for some hours or for the night. */
export function asDayUse({ check_in, check_out }, hourly) {
  if (hourly) return { check_in, check_out: check_in };
  return { check_in, check_out: check_in === check_out ? addDays(check_in, 1) : check_out };
}

/** Returns `{units, adults, children}` as they can be; what cannot be is one adult in one room. */
function partyOf(given) {
  const fits = (name) => Number.isInteger(given[name]) && given[name] >= ONE_ADULT[name] && given[name] <= MOST[name];
  return Object.fromEntries(PARTY.map((name) => [name, fits(name) ? given[name] : ONE_ADULT[name]]));
}

/** Whether there is more than one adult in one room. */
export function isParty(search) {
  return PARTY.some((name) => search[name] !== ONE_ADULT[name]);
}

/** Returns the rooms and guests for the API; nothing for one adult in one room, which the API assumes. */
export function partyQuery(search) {
  return isParty(search) ? Object.fromEntries(PARTY.map((name) => [name, search[name]])) : {};
}

/** Returns "2 间 · 3 位成人 · 1 名儿童" or "2 rooms · 3 adults · 1 child". */
export function partyText(party) {
  const shown = PARTY.filter((name) => party[name] > 0);
  return shown
    .map((name) => t(`stay.${name}_${party[name] === 1 ? "one" : "some"}`, { count: party[name] }))
    .join(" · ");
}

/** Returns the dates of one night. */
export function tonight(first) {
  return { check_in: first, check_out: addDays(first, 1) };
}

/** Returns the search: `{check_in, check_out, units, adults, children, keyword, city, sort}`. */
export function getSearch() {
  const fresh = upToDate(search);
  if (fresh !== search) setSearch(fresh);
  return search;
}

/** Returns the address of a page with the dates of the search, and with its rooms and guests if they are not one adult in one room. */
export function withStay(path, search = getSearch()) {
  const dates = `${path}/${search.check_in}/${search.check_out}`;
  return isParty(search) ? `${dates}/${PARTY.map((name) => search[name]).join("-")}` : dates;
}

/**
 * Keeps the stay in the address of a hotel's page, `path/check_in/check_out/units-adults-children`, and returns the search. A stay in
 * an address that is opened becomes that of the search; dates that are over at the hotel become its tonight.
 */
export function useStayInAddress(path, params, hotel) {
  const seen = useRef(new Set());
  const first = businessDate(hotel);
  const told = `/${params.check_in}/${params.check_out}/${params.party}`;
  // Only once: an older address comes back for a moment when a sheet closes.
  if (!seen.current.has(told)) {
    seen.current.add(told);
    if (isStay(params) && params.check_in >= first) choose({ ...params, ...partyIn(params.party) });
  }
  const search = useSearch();
  useEffect(() => {
    const over = search.check_in < first;
    const stay = over ? choose({ ...search, ...asDayUse(tonight(first), isDayUse(search)) }) : search;
    return keepAddress(path, withStay("", stay));
  }, [path, first, withStay("", search)]);
  return search;
}

/** Returns rooms and guests as an address tells them: "2-3-1". One without them means one adult in one room. */
function partyIn(told) {
  const counts = (told || "").split("-").map(Number);
  return partyOf(Object.fromEntries(PARTY.map((name, at) => [name, counts[at]])));
}

/** Puts the stay into the address of the page, and not into that of a sheet over it. Returns what takes that back. */
function keepAddress(path, stay) {
  let over = false;
  atThePagesEntry(() => {
    const rest = location.hash.slice(path.length + 1);
    const ours = location.hash.startsWith(`#${path}`) && (rest === "" || STAY.test(rest));
    if (!over && ours && rest !== stay) history.replaceState(history.state, "", `#${path}${stay}`);
  });
  return () => {
    over = true;
  };
}

/** Makes this the stay of the search, its dates also where another hotel's day has turned already. */
function choose({ check_in, check_out, units, adults, children }) {
  const stay = { check_in, check_out, units, adults, children };
  if (Object.keys(stay).some((name) => stay[name] !== search[name])) setSearch({ ...stay, first: check_in });
  return stay;
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

/** Returns what a total is for: "2 晚" or, for several rooms, "2 晚 · 2 间". */
export function wholeText(search) {
  const nights = nightsText(search);
  return search.units > 1 ? `${nights} · ${partyText({ units: search.units })}` : nights;
}

/** Returns "2 晚" or "2 nights", or that it is for some hours. */
export function nightsText({ check_in, check_out }) {
  if (check_in === check_out) return t("stay.day_use");
  const count = nightsBetween(check_in, check_out);
  return t(count === 1 ? "stay.night" : "stay.nights", { count });
}
