// The booking form of a room: the guests, extras, the coupon, the lines of the price. Then comes the order, with the pay sheet.
import "./form/texts.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Banner, Button, Loaded, Price } from "../../shared/components.js";
import { addDays, money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { holds } from "../../shared/occupancy.js";
import { html, useLocation, useRef, useState } from "../../vendor/preact.js";
import { askConsent } from "../consent.js";
import { CouponRow } from "../coupons/picker.js";
import { bestCoupon, discountOf, obstacleOf, STAY } from "../coupons/rules.js";
import { RequireLogin } from "../login/require.js";
import { useWelcome } from "../login/welcome.js";
import { noteOrder, sameBooking, useUnpaid, wayToPay } from "../orders/unpaid.js";
import { api, session } from "../session.js";
import { Page, Side } from "../shell.js";
import { Ends } from "./dates.js";
import { keepDraft, keptDraft } from "./draft.js";
import { chosenOf, Extras, readExtras } from "./extras.js";
import { datesOf, MAX_NIGHTS } from "./nights.js";
import { Obstacle, troubleOf } from "./obstacles.js";
import { breakfastsText, planName, readOffers } from "./offers.js";
import { dueOf, nightsOf, priceStay } from "./price.js";
import { ruleText, stayRuleText } from "./rule.js";
import { asDayUse, getSearch, MOST, setSearch, useSearch } from "./search.js";
import { Sum } from "./sum.js";
import { arrivalsOf, hoursOfUse, Who, wrongsOf } from "./who.js";

const mostUnits = (range, price) =>
  Math.max(1, Math.min(MOST.units, Math.floor(MAX_NIGHTS / datesOf(range).length), price?.offer.available || 1));

export function Booking({ params }) {
  const [back, plan] = [`/rooms/${params.room_id}`, params.rate_plan_id ?? null];
  return html`<${RequireLogin} back=${back}><${Fetch} key=${params.room_id + plan} roomId=${params.room_id} plan=${plan} back=${back} /><//>`;
}

/** Reads all that the form needs; a room by the hour is booked for the first of the chosen dates. */
async function readFacts(roomId) {
  const coupons = everything(api, "/api/me/coupons", { status: "unused" });
  const room = await api.get(`/api/rooms/${roomId}`);
  const range = asDayUse(getSearch(), Boolean(room.day_use));
  const to = range.check_out === range.check_in ? addDays(range.check_in, 1) : range.check_out;
  const [extras, offered, calendar] = await Promise.all([
    readExtras(room.hotel_id),
    readOffers(room, range),
    api.get(`/api/rooms/${roomId}/nights`, { from: range.check_in, to }),
  ]);
  const nights = new Map(calendar.items.map((night) => [night.date, night]));
  return { room, range, extras, ...offered, calendar: nights, coupons: await coupons };
}

function Fetch({ roomId, plan, back }) {
  const facts = useLoad(() => readFacts(roomId), [roomId]);
  useWelcome(facts.reload);
  if (!facts.data) {
    return html`<${Page} title=${t("book.title")} back=${back}><${Loaded} from=${facts}>${() => null}<//><//>`;
  }
  const offer = facts.data.offers.find((it) => it.rate_plan_id === plan);
  return html`<${Form} ...${facts.data} plan=${plan} offer=${offer} nights=${nightsOf(offer, facts.data.calendar)} reload=${facts.reload} back=${back} />`;
}

function useDraft(roomId) {
  const person = session.person() || {};
  const [draft, setDraft] = useState(() => ({
    guest_name: person.nickname || "",
    phone_number: person.phone_number || "",
    arrival_time: "",
    requests: "",
    // Null until the guest chooses: until then the best coupon is used.
    coupon_id: null,
    extras: {},
    ...keptDraft(roomId),
  }));
  const change = (part) => {
    const next = { ...draft, ...part };
    keepDraft(roomId, next);
    setDraft(next);
  };
  return [draft, change];
}

/** Returns the price as `priceStay` does, with `{coupon, discount, payable, due}`; null if a night is not open. */
function priced(draft, stay, coupons) {
  const price = priceStay(stay.room, stay.party, stay.range, stay.nights, chosenOf(stay.extras, draft.extras));
  if (!price) return null;
  const given = coupons.find((it) => it.coupon_id === draft.coupon_id);
  const usable = given && obstacleOf(given, STAY, price.total) === null ? given : null;
  const coupon = draft.coupon_id === null ? bestCoupon(coupons, STAY, price.total) : usable;
  const discount = discountOf(coupon, price.total);
  const payable = price.total - discount;
  return { ...price, coupon, discount, payable, due: dueOf(payable, stay.offer) };
}

function Form({ room, extras, nights, coupons, range, plan, offer, restrictions, reload, back }) {
  const [, go] = useLocation();
  const [kept, write] = useDraft(room.room_id);
  const draft = fitting(kept, room, range);
  const { units, adults, children } = useSearch();
  const party = { units, adults, children };
  const [shown, setShown] = useState(false);
  const [trouble, setTrouble] = useState(null);
  const asked = useRef(false);
  // The refusal was for other values.
  const change = (part) => {
    setTrouble(null);
    write(part);
  };
  const changeParty = (part) => {
    setTrouble(null);
    setSearch(part);
  };
  const takeDates = async (dates) => {
    setTrouble(null);
    setSearch(dates);
    await reload();
  };
  const price = priced(draft, { room, extras, party, range, nights, offer }, coupons);
  const wrong = wrongsOf(draft, room);
  const wish = orderOf(draft, { room, range, party, plan, price, chosen: chosenOf(extras, draft.extras) });
  // A second press does not book the same once more.
  const waiting = sameBooking(useUnpaid(), wish);
  const book = useAction(async () => {
    setShown(true);
    const first = Object.keys(wrong).find((name) => wrong[name]);
    if (first) {
      document.querySelector(`[name="${first}"]`)?.focus();
      return;
    }
    if (waiting) return go(...wayToPay(waiting));
    // Asked before there is an order, since the first notice goes out with it. Once for each form.
    if (!asked.current) {
      asked.current = true;
      await askConsent("stay_ordered");
    }
    try {
      const booking = await postOnce(api, `booking ${room.room_id}`, "/api/bookings", wish);
      noteOrder(booking);
      // The pay sheet opens on the order's page: whoever leaves it finds the order there.
      go(`/bookings/${booking.order_no}`, { replace: true, state: { pay: booking.due_now > 0 } });
    } catch (error) {
      const found = troubleOf(error);
      if (!found) throw error;
      setTrouble({ ...found, before: price.payable });
      // Reads the new facts: the next press is for them.
      await reload();
    }
  });
  const is = {
    small: !holds(room, party),
    full: !price || price.offer.available < units,
    restriction: restrictions.find((it) => it.rate_plan_id === null || it.rate_plan_id === plan),
    // The standard price is always there, where nothing stands against the stay itself.
    gone: plan !== null && !offer,
  };
  const stopped = is.small || is.full || is.restriction || is.gone;
  const foot = html`<${Due} price=${price} />
    <${Button} busy=${book.busy} disabled=${!waiting && stopped} onClick=${book.run}>${t(submitText(waiting, trouble, offer))}<//>`;
  const hours = room.day_use && draft.arrival_time && hoursOfUse(draft.arrival_time, room.day_use);
  return html`<${Page} title=${t("book.title")} back=${back} foot=${foot} error=${book.error}>
    <${What} room=${room} range=${range} offer=${offer} hours=${hours} />
    ${waiting && html`<${Banner} tone="warn">${t("orders.unpaid_same")}<//>`}
    ${!waiting && html`<${Obstacle} ...${{ is, trouble, room, party, price, back, changeParty }} onDates=${takeDates} most=${mostUnits(range, price)} />`}
    <${Who} ...${{ room, range, draft, party, change, changeParty }} wrong=${shown ? wrong : {}} most=${mostUnits(range, price)} />
    <${Extras} extras=${extras} quantities=${draft.extras} onChange=${(quantities) => change({ extras: quantities })} />
    <${Side}><div class="cells"><${CouponRow} coupons=${coupons} scope=${STAY} total=${price?.total || 0} chosen=${price?.coupon}
      onChoose=${(coupon) => change({ coupon_id: coupon?.coupon_id ?? "" })} /></div>
    ${
      price &&
      html`<${Sum} nights=${datesOf(range).map((date) => ({ date, units, amount: nights.get(date).price * units }))}
      guests=${price.guests} extras=${price.extras} total=${price.total} hotel=${room.hotel}
      cuts=${[[inLanguage(price.coupon?.name), price.discount]]} end=${[t("book.payable"), price.payable]} due=${dueLines(price.due)} />`
    }
    <p class="small muted">${t("rule.line", { rule: offer ? ruleText(offer, room.hotel.time_zone) : stayRuleText(room, nights.get(range.check_in)) })}</p><//>
  <//>`;
}

/** What the press costs: the whole price, or the deposit; where nothing is due now, what is paid at the hotel. */
function Due({ price }) {
  if (!price) return html`<div class="grow"></div>`;
  const { due, payable, discount } = price;
  return html`<div class="grow"><${Price} fen=${due.now || payable} />
    ${due.later > 0 && html` <small class="muted">${due.now > 0 ? t("book.rest", { later: money(due.later) }) : t("offers.pay.at_hotel")}</small>`}
    ${discount > 0 && html` <small class="muted">${t("book.saved", { amount: money(discount) })}</small>`}</div>`;
}

function dueLines({ now, later }) {
  const lines = [
    [t("book.due_now"), now],
    [t("book.due_later"), later],
  ];
  return later > 0 ? lines : [];
}

/** Returns the draft without an hour at which a guest of a room by the hour cannot come. */
function fitting(draft, room, range) {
  if (!room.day_use || arrivalsOf(room, range.check_in).includes(draft.arrival_time)) return draft;
  return { ...draft, arrival_time: "" };
}

function submitText(waiting, trouble, offer) {
  if (waiting) return "orders.pay";
  if (trouble?.code === "price_changed") return "book.confirm_price";
  return offer?.payment === "at_hotel" ? "book.reserve" : "book.submit";
}

/** Returns the order for the API; without a price it cannot be sent, only compared. */
function orderOf(draft, { room, range, party, plan, price, chosen }) {
  return {
    room_id: room.room_id,
    ...(plan && { rate_plan_id: plan }),
    ...range,
    ...party,
    guest_name: draft.guest_name.trim(),
    phone_number: draft.phone_number.trim(),
    extras: chosen.map(({ extra, quantity }) => ({ extra_id: extra.extra_id, quantity })),
    coupon_id: price?.coupon?.coupon_id ?? null,
    arrival_time: draft.arrival_time || null,
    requests: draft.requests.trim() || null,
    expected_total: price?.total,
  };
}

function What({ room, range, offer, hours }) {
  return html`<div class="card stack tight">
    <p class="small muted">${inLanguage(room.hotel.name)}</p>
    <h2>${inLanguage(room.name)}</h2>
    <div class="stay-line"><${Ends} range=${range} hours=${hours} /></div>
    ${offer && html`<p class="small">${planName(offer)} · ${breakfastsText(offer.breakfasts)}</p>`}
  </div>`;
}
