// One room type: pictures, facts, the cancellation rule, and the calendar in which the guest picks the dates.
import "./form/texts.js";
import "./texts.js";
import { Banner, FaultLine, Loaded, Price } from "../../shared/components.js";
import { addDays, businessDate, monthOf } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { holds } from "../../shared/occupancy.js";
import { restrictionText } from "../../shared/restriction.js";
import { html, Link, useEffect, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page, Side } from "../shell.js";
import { Calendar } from "./calendar.js";
import { holdsText, tooManyText } from "./capacity.js";
import { Gallery } from "./gallery.js";
import { dayUseText, roomFacts } from "./hotel.js";
import { Offers, readOffers } from "./offers.js";
import { Party } from "./party.js";
import { priceStay } from "./price.js";
import { ofCalendar, Restricted } from "./restricted.js";
import { stayRuleText } from "./rule.js";
import { asDayUse, isDayUse, partyQuery, setSearch, useStayInAddress, wholeText, withStay } from "./search.js";

const MONTHS_AHEAD = 11;

export function Room({ params }) {
  const room = useLoad(() => api.get(`/api/rooms/${params.room_id}`), [params.room_id]);
  if (!room.data) {
    return html`<${Page} title=${t("stay.room")} back="/"><${Loaded} from=${room} tall>${() => null}<//><//>`;
  }
  return html`<${Open} key=${room.data.room_id} room=${room.data} params=${params} />`;
}

/** Returns the nights of the months that were shown: `{nights: Map of date to {price, available}, months, error, see}`. */
function useNights(roomId, first, { check_in: checkIn, check_out: checkOut }) {
  const [state, setState] = useState({ nights: new Map(), months: new Set(), error: null });
  const see = async (month) => {
    const from = month < first ? first : month;
    try {
      const { items } = await api.get(`/api/rooms/${roomId}/nights`, { from, to: monthOf(month, 2) });
      setState((before) => ({
        nights: new Map([...before.nights, ...items.map((night) => [night.date, night])]),
        months: new Set([...before.months, month, monthOf(month, 1)]),
        error: null,
      }));
    } catch (error) {
      setState((before) => ({ ...before, error }));
    }
  };
  useEffect(() => {
    // One request reads two months; a long stay needs more of them.
    for (let month = monthOf(checkIn); month <= checkOut; month = monthOf(month, 2)) see(month);
  }, []);
  return { ...state, see };
}

/** Returns the offers of these dates, once they are chosen: `{offers, restrictions}`, both empty until they are loaded. */
function useOffers(room, range, party) {
  const [asked, of] = [partyQuery(party), JSON.stringify([range, party.units, party.adults, party.children])];
  const found = useLoad(
    async () => (range.check_out ? { of, ...(await readOffers(room, range, asked)) } : null),
    [room.room_id, of],
  );
  // Those of other dates are not shown for these.
  return found.data?.of === of ? found.data : { offers: [], restrictions: [] };
}

function Open({ room, params }) {
  const first = businessDate(room.hotel);
  const search = useStayInAddress(`/rooms/${room.room_id}`, params, room.hotel);
  const [range, setRange] = useState({ check_in: search.check_in, check_out: search.check_out });
  useEffect(
    () => setRange({ check_in: search.check_in, check_out: search.check_out }),
    [search.check_in, search.check_out],
  );
  // A room by the hour has one date, any other room has nights.
  useEffect(() => {
    if (isDayUse(search) !== Boolean(room.day_use)) setSearch(asDayUse(search, Boolean(room.day_use)));
  }, [search.check_in, search.check_out]);
  const { nights, months, error, see } = useNights(room.room_id, first, search);
  const offered = useOffers(room, range, search);
  const restricted = ofCalendar(offered.restrictions);
  // The standard price alone stands in the foot, with its rule above.
  const told = offered.restrictions.length > 0 || offered.offers.some((it) => it.rate_plan_id !== null);
  const price = priceStay(room, search, range, nights);
  const known = !range.check_out || months.has(monthOf(lastNight(range)));
  const pick = (next) => {
    setRange(next);
    if (next.check_out) setSearch(next);
  };
  const open = room.hotel.opening_state === "open";
  return html`<${Page} title=${inLanguage(room.name)} back=${withStay(`/hotels/${room.hotel_id}`, search)}
    foot=${html`<${Foot} room=${room} range=${range} party=${search} price=${price} known=${known} open=${open} restricted=${restricted} plans=${offered.offers.length} />`}>
    <${Gallery} images=${room.images} name=${inLanguage(room.name)} />
    <div class="stack tight">
      <p class="small muted">${inLanguage(room.hotel.name)}</p>
      <p>${roomFacts(room)}</p>
      ${room.day_use && html`<p>${dayUseText(room.day_use)}</p>`}
      ${holdsText(room) && html`<p>${holdsText(room)}</p>`}
      ${room.description && html`<p class="muted">${inLanguage(room.description)}</p>`}
    </div>
    ${!open && html`<${Banner} tone="warn">${t(`stay.${room.hotel.opening_state}_hint`)}<//>`}
    <section class="card stack tight last" aria-labelledby="rule">
      <h2 id="rule">${t("rule.title")}</h2>
      <p class="row top"><${Icon} name="shield" size="20" /><span class="grow">${stayRuleText(room, nights.get(range.check_in))}</span></p>
    </section>
    <${Side}><section class="card stack" aria-labelledby="calendar">
      <h2 id="calendar">${t("stay.prices")}</h2>
      <${Party} />
      ${!room.day_use && html`<p class="small muted" role="status">${range.check_out ? t("stay.pick_arrival") : t("stay.pick_departure")}</p>`}
      ${error && html`<${FaultLine} error=${error} /><button type="button" class="button plain small" onClick=${() => see(monthOf(range.check_in))}>${t("try_again")}</button>`}
      <${Calendar} range=${range} nights=${nights} first=${first} last=${addDays(monthOf(first, MONTHS_AHEAD), -1)}
        single=${Boolean(room.day_use)} onPick=${pick} known=${(month) => months.has(month)} onMonth=${(month) => months.has(month) || see(month)} />
    </section>
    ${
      told &&
      open &&
      html`<section class="card stack tight" aria-labelledby="offers"><h2 id="offers">${t("offers.title")}</h2>
        ${restricted ? html`<${Restricted} told=${restricted} />` : html`<${Offers} room=${{ ...room, ...offered }} search=${{ ...search, ...range }} timeZone=${room.hotel.time_zone} />`}
      </section>`
    }<//>
  <//>`;
}

function lastNight({ check_in: checkIn, check_out: checkOut }) {
  return checkIn === checkOut ? checkIn : addDays(checkOut, -1);
}

function Foot({ room, range, party, price, known, open, restricted, plans }) {
  const why = obstacleOf({ room, range, party, price, known, open, restricted });
  if (why) {
    return html`<p class="grow small muted" role="status">${why}</p><button type="button" class="button" disabled>${t("stay.book")}</button>`;
  }
  return html`<div class="grow"><${Price} fen=${price.total} /> <small class="muted">${plans > 1 && `${t("offers.standard")} · `}${wholeText({ ...range, units: party.units })}</small></div>
    <${Link} class="button" href=${`/rooms/${room.room_id}/booking`}>${t("stay.book")}<//>`;
}

/** Returns in words why the stay cannot be booked; null if it can. */
function obstacleOf({ room, range, party, price, known, open, restricted }) {
  if (!room.on_sale) return t("problem.not_on_sale");
  if (!open) return t(`stay.${room.hotel.opening_state}`);
  if (!range.check_out) return t("stay.pick_departure");
  if (!known) return t("loading");
  if (!holds(room, party)) return tooManyText(room, party);
  if (!(price?.offer.available > 0)) return t("stay.dates_full");
  if (price.offer.available < party.units) return t("stay.only", { count: price.offer.available });
  return restricted ? restrictionText(restricted) : null;
}
