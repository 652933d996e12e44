// The first page: the search for a hotel by dates, city, words and distance.
import "./texts.js";
import { Banner, Empty, Field, Listed, Picture, Price, Segments } from "../../shared/components.js";
import { addDays, day, nightsBetween } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { cityName, inLanguage, t } from "../../shared/language.js";
import { lazySheet } from "../../shared/lazy.js";
import { html, Link, useEffect, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { ByTheHour, Dates } from "./dates.js";
import { Party } from "./party.js";
import { askPlace, knownPlace } from "./place.js";
import {
  asDayUse,
  getSearch,
  hearFirstDate,
  isDayUse,
  isParty,
  partyQuery,
  setSearch,
  useSearch,
  wholeText,
  withStay,
} from "./search.js";

const Restricted = lazySheet(() => import("./restricted.js"), "Restricted");
const TYPING_MS = 300;
const NO_FILTERS = { keyword: "", city: "", sort: "" };
const SORTS = ["", "price", "distance", "name"];

export function Hotels() {
  const search = useSearch();
  const [place, setPlace] = useState(knownPlace());
  const near = search.sort === "distance" && place;
  const query = {
    keyword: search.keyword,
    city: search.city,
    check_in: search.check_in,
    check_out: search.check_out,
    ...partyQuery(search),
    // Without the guest's place, sorting by distance is not possible.
    sort: search.sort === "distance" && !near ? "" : search.sort,
    ...(near || {}),
  };
  const found = useList((cursor) => api.get("/api/hotels", { ...query, cursor }), [JSON.stringify(query)]);
  useEffect(() => hearFirstDate(found.data?.first_date), [found.data]);
  const none = html`<${Nothing} search=${search} open=${found.data?.open_dates} told=${found.data?.restriction} />`;
  return html`<${Page} title=${t("stay.title")}>
    <${Search} search=${search} place=${place} onPlace=${setPlace} />
    <${Listed} from=${found} empty=${none}>
      ${(hotels) => html`<ul class="stack thirds" aria-label=${t("stay.found")}>${hotels.map((hotel, at) => html`<li key=${hotel.hotel_id}><${HotelCard} hotel=${hotel} first=${at === 0} /></li>`)}</ul>`}
    <//>
  <//>`;
}

/** Says why nothing was found, and leads on: to dates that are possible, or to a search without filters. */
function Nothing({ search, open, told }) {
  const filtered = Boolean(search.keyword || search.city || search.sort);
  const clear =
    filtered &&
    html`<button type="button" class="button plain" onClick=${() => setSearch(NO_FILTERS)}>${t("stay.clear")}</button>`;
  if (isDayUse(search)) {
    return html`<${Empty} title=${t("stay.none_by_the_hour")} picture="search">
      <button type="button" class="button" onClick=${() => setSearch(asDayUse(search, false))}>${t("stay.go_overnight")}</button>${clear}<//>`;
  }
  if (told) {
    return html`<${Empty} title=${t("stay.restricted")} picture="search"><${Restricted} told=${withPossible(told)} />
      <${Dates} />${clear}<//>`;
  }
  if (!open) return html`<${Empty} title=${t("stay.none")} picture="search"><p>${t("stay.none_hint")}</p>${clear}<//>`;
  const near = nearest(search, open);
  const [from, to] = [open.from, open.to].map((date) => day(date, { weekday: true }));
  return html`<${Empty} title=${t("stay.not_open")} picture="search"><p>${t("stay.open_dates", { from, to })}</p>
    ${near ? html`<button type="button" class="button" onClick=${() => setSearch(near)}>${t("stay.go_open", { from: day(near.check_in) })}</button>` : html`<${Dates} />`}
    ${isParty(search) && html`<${Party} />`}
    ${clear}<//>`;
}

/** A search tells no other dates; a stay that is too short or too long is possible with so many nights. */
function withPossible(told) {
  if (!told.nights || told.possible) return told;
  return { ...told, possible: { check_in: told.date, check_out: addDays(told.date, told.nights) } };
}

/** Returns the open dates nearest to the stay, as long as it is or shorter; null if all of its dates are open. */
function nearest({ check_in, check_out }, { from, to }) {
  const end = addDays(to, 1);
  const nights = Math.min(nightsBetween(check_in, check_out), nightsBetween(from, end));
  const latest = addDays(end, -nights);
  const begin = [check_in < from ? from : check_in, latest].sort()[0];
  return begin === check_in && check_out <= end ? null : { check_in: begin, check_out: addDays(begin, nights) };
}

function Search({ search, place, onPlace }) {
  const [words, setWords] = useState(search.keyword);
  // Keeps what the guest types, also a space before the next word.
  useEffect(() => setWords((typed) => (typed.trim() === search.keyword ? typed : search.keyword)), [search.keyword]);
  useEffect(() => {
    const timer = setTimeout(() => words.trim() !== search.keyword && setSearch({ keyword: words.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return html`<form class="card search" role="search" onSubmit=${(event) => event.preventDefault()}>
    <div class="search-words"><${Field} label=${t("stay.keyword")} type="search" placeholder=${t("stay.keyword_hint")} maxlength="100"
      value=${words} onInput=${setWords} /><${City} search=${search} /></div>
    <div class="search-stay"><${ByTheHour} /><${Dates} /><${Party} /></div>
    <${Sort} search=${search} place=${place} onPlace=${onPlace} />
  </form>`;
}

/** The choice of a city, among those that have hotels. */
function City({ search }) {
  const all = useLoad(() => api.get("/api/hotels", { limit: 100 }));
  const cities = [...new Set((all.data?.items || []).map((hotel) => hotel.city))];
  if (search.city && !cities.includes(search.city)) cities.push(search.city);
  return html`<${Field} label=${t("stay.city")} value=${search.city} onInput=${(city) => setSearch({ city })}>
    <option value="" selected=${!search.city}>${t("stay.all_cities")}</option>
    ${cities.map((city) => html`<option key=${city} value=${city} selected=${city === search.city}>${cityName(city)}</option>`)}
  <//>`;
}

function Sort({ search, place, onPlace }) {
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState(false);
  const choose = async (sort) => {
    setRefused(false);
    setSearch({ sort });
    if (sort !== "distance" || place) return;
    setAsking(true);
    try {
      onPlace(await askPlace());
    } catch {
      // The guest has chosen another order meanwhile.
      if (getSearch().sort !== "distance") return;
      setRefused(true);
      setSearch({ sort: "" });
    } finally {
      setAsking(false);
    }
  };
  useEffect(() => {
    if (search.sort === "distance" && !place) choose("distance");
  }, []);
  return html`<${Segments} label=${t("stay.sort")} options=${SORTS.map((it) => [it, t(`stay.sort.${it || "ours"}`)])}
      value=${search.sort} onChange=${choose} />
    ${asking && html`<p class="small muted" role="status">${t("stay.locating")}</p>`}
    ${refused && html`<div role="status"><${Banner} tone="warn">${t("stay.no_place")}<//></div>`}`;
}

function HotelCard({ hotel, first }) {
  return html`<${Link} href=${withStay(`/hotels/${hotel.hotel_id}`)} class="hotel-card">
    <${Picture} src=${hotel.avatar || hotel.images[0]} className="wide" first=${first} />
    <div class="inside">
      <div class="row between top"><h2>${inLanguage(hotel.name)}</h2>
        <${From} hotel=${hotel} /></div>
      <p class="small muted place"><${Icon} name="place" size="16" /><span>${cityName(hotel.city)} · ${inLanguage(hotel.address)}</span>
        ${hotel.distance_km !== undefined && html`<span class="number distance">${distance(hotel.distance_km)}</span>`}</p>
      <${Tags} hotel=${hotel} />
    </div>
  <//>`;
}

/** The lowest price: of one night, or of the whole stay for several nights, rooms or guests. */
function From({ hotel }) {
  const search = getSearch();
  const several = isParty(search) || isDayUse(search) || nightsBetween(search.check_in, search.check_out) > 1;
  const whole = several && hotel.from_total > 0;
  const fen = whole ? hotel.from_total : hotel.from_price;
  if (fen === null) return null;
  const [before, after] = t("stay.from_price", { price: "|" }).split("|");
  return html`<span class="charge"><small>${before}</small><${Price} fen=${fen} /><small>${after}</small>
    ${whole && html`<small class="whole">${wholeText(search)}</small>`}</span>`;
}

/** The tags of a hotel. */
export function Tags({ hotel }) {
  const open = hotel.opening_state === "open";
  if (open && hotel.tags.length === 0) return null;
  return html`<p class="tags">
    ${!open && html`<span class="badge warn">${t(`stay.${hotel.opening_state}`)}</span>`}
    ${hotel.tags.map((tag) => html`<span class="badge" key=${tag}>${inLanguage(tag)}</span>`)}</p>`;
}

function distance(km) {
  return km < 1 ? `${Math.round(km * 1000)} m` : `${km.toFixed(1)} km`;
}
