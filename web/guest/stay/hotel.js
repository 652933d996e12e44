// One hotel: pictures, address, phone, and its rooms on the chosen dates.
import "./offer_texts.js";
import "./texts.js";
import { Banner, Empty, Listed, Loaded, Picture, Price } from "../../shared/components.js";
import { nightsBetween, telephoneLink } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { cityName, inLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page, Side } from "../shell.js";
import { holdsText } from "./capacity.js";
import { ByTheHour, Dates } from "./dates.js";
import { Gallery } from "./gallery.js";
import { Tags } from "./hotels.js";
import { breakfastsText, Offers } from "./offers.js";
import { Party } from "./party.js";
import { ofCalendar, Restricted } from "./restricted.js";
import { asDayUse, isDayUse, partyQuery, setSearch, useStayInAddress, wholeText, withStay } from "./search.js";

/** The page says how many rooms are left if there are fewer than this. */
const FEW = 5;

export function Hotel({ params }) {
  const hotel = useLoad(() => api.get(`/api/hotels/${params.hotel_id}`), [params.hotel_id]);
  return html`<${Page} title=${hotel.data ? inLanguage(hotel.data.name) : t("stay.hotel")} back="/">
    <${Loaded} from=${hotel} tall>${(found) => html`<${About} key=${found.hotel_id} hotel=${found} />`}<//>
    ${hotel.data && html`<${Side}><${Rooms} key=${hotel.data.hotel_id} hotel=${hotel.data} params=${params} /><//>`}
  <//>`;
}

function About({ hotel }) {
  const name = inLanguage(hotel.name);
  return html`<${Gallery} images=${hotel.images} name=${name} />
    <${Tags} hotel=${hotel} />
    ${hotel.description && html`<p class="muted">${inLanguage(hotel.description)}</p>`}
    <p class="small muted">${hoursText(hotel)}</p>
    <${Whereabouts} hotel=${hotel} />`;
}

/** Returns when guests may come and have to leave; a booking has the hours that it was made under. */
export function hoursText({ check_in_time: from, check_out_time: by }) {
  return t("stay.hours", { from, by });
}

/** The address with a link to the map, and the phone number. */
export function Whereabouts({ hotel }) {
  const name = inLanguage(hotel.name);
  return html`<div class="cells">
    <a class="cell" href=${mapLink(hotel)} target="_blank" rel="noopener noreferrer">
      <${Icon} name="place" /><span class="grow">${cityName(hotel.city)} · ${inLanguage(hotel.address)}</span>
      <span class="go-text">${t("stay.map")}</span></a>
    <a class="cell" href=${telephoneLink(hotel.phone)} aria-label=${t("stay.call", { name, phone: hotel.phone })}>
      <${Icon} name="phone" /><span class="grow number">${hotel.phone}</span><span class="go-text">${t("stay.call_short")}</span></a>
  </div>`;
}

// This map opens both in WeChat and in browsers: https://lbs.amap.com/api/uri-api/guide/mobile-web/point
function mapLink({ latitude, longitude, name }) {
  const query = new URLSearchParams({
    position: `${longitude},${latitude}`,
    name: inLanguage(name),
    coordinate: "wgs84",
  });
  return `https://uri.amap.com/marker?${query}`;
}

function Rooms({ hotel, params }) {
  const search = useStayInAddress(`/hotels/${hotel.hotel_id}`, params, hotel);
  const stay = { check_in: search.check_in, check_out: search.check_out, ...partyQuery(search) };
  const rooms = useList(
    (cursor) => api.get(`/api/hotels/${hotel.hotel_id}/rooms`, { ...stay, cursor }),
    [hotel.hotel_id, JSON.stringify(stay)],
  );
  const none = isDayUse(search)
    ? html`<${Empty} title=${t("stay.no_day_use")} picture="search"><button type="button" class="button" onClick=${() => setSearch(asDayUse(search, false))}>${t("stay.go_overnight")}</button><//>`
    : html`<${Empty} title=${t("stay.no_rooms")} picture="search"><p>${t("stay.no_rooms_hint")}</p><//>`;
  return html`<section class="stack" aria-labelledby="rooms">
    <h2 id="rooms">${t("stay.rooms")}</h2>
    <div class="search-stay"><${ByTheHour} /><${Dates} hotel=${hotel} /><${Party} /></div>
    ${hotel.opening_state !== "open" && html`<${Banner} tone="warn">${t(`stay.${hotel.opening_state}_hint`)}<//>`}
    <${Listed} from=${rooms} empty=${none}>
      ${(items) => html`<ul class="cells rooms">${items.map((room) => html`<li key=${room.room_id}><${RoomRow} room=${room} search=${search} hotel=${hotel} /></li>`)}</ul>`}
    <//>
  </section>`;
}

function RoomRow({ room, search, hotel }) {
  const small = room.fits === false;
  const gone = small || !(room.available >= search.units);
  const restricted = gone ? null : ofCalendar(room.restrictions);
  const offered = !gone && !restricted && hotel.opening_state === "open";
  return html`<${Link} href=${withStay(`/rooms/${room.room_id}`, search)} class=${`room-row ${gone ? "gone" : ""}`}>
      <${Picture} src=${room.images[0]} className="square" />
      <div class="grow">
        <h3>${inLanguage(room.name)}</h3>
        <p class="small muted">${roomFacts(room)}</p>
        ${room.day_use && html`<p class="small muted">${dayUseText(room.day_use)}</p>`}
        ${holdsText(room) && html`<p class="small muted">${holdsText(room)}</p>`}
        <div class="row wrap between end">
          <span>${small ? html`<span class="badge bad">${t("stay.too_small")}</span>` : html`<${Left} room=${room} units=${search.units} />`}</span>
          ${gone && html`<span class="small go-text">${t(small ? "stay.other_party" : "stay.other_dates")}</span>`}
          ${!gone && !restricted && html`<${Total} room=${room} search=${search} />`}
        </div>
      </div>
    <//>
    ${restricted && html`<${Restricted} told=${restricted} />`}
    ${offered && html`<${Offers} room=${room} search=${search} timeZone=${hotel.time_zone} />`}`;
}

/** Says that a room is sold out, or that few are left. */
function Left({ room, units }) {
  if (!(room.available > 0)) return html`<span class="badge bad">${t("stay.sold_out")}</span>`;
  if (room.available < units) return html`<span class="badge bad">${t("stay.only", { count: room.available })}</span>`;
  return room.available < FEW && html`<span class="badge warn">${t("stay.only", { count: room.available })}</span>`;
}

/** The cheapest price of the stay; from how much, if there are several. Without a price of the dates it is that of a night. */
function Total({ room, search }) {
  const fen = room.offers?.[0]?.total ?? room.total;
  const times = nightsBetween(search.check_in, search.check_out) * search.units || search.units;
  const was = (room.list_price || 0) * times;
  const [before, after] = (room.offers?.length > 1 ? t("offers.least", { price: "|" }) : "|").split("|");
  return html`<span class="charge">
    ${was > fen && html`<${Price} fen=${was} was />`} <small>${before}</small><${Price} fen=${fen ?? room.price} /><small>${after}</small>
    <small>${fen === null ? t("stay.a_night") : wholeText(search)}</small></span>`;
}

/** Returns when a room can be had that is sold by the hour: "10:00–18:00 之间任选 4 小时". */
export function dayUseText({ hours, from, to }) {
  return t("offers.day_use", { hours, from, to });
}

/** Returns "32 m² · 大床 · 2 份早餐". */
export function roomFacts(room) {
  return [`${room.area} m²`, inLanguage(room.bed), breakfastsText(room.breakfasts)].join(" · ");
}
