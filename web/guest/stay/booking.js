// The booking form of a room: the guests, extras, the coupon, the lines of the price. Then comes the order, with the pay sheet.
import "./form/texts.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Alert, Banner, Button, Field, Loaded, Price } from "../../shared/components.js";
import { isPhoneNumber, money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { holds } from "../../shared/occupancy.js";
import { html, Link, useLocation, useRef, useState } from "../../vendor/preact.js";
import { askConsent } from "../consent.js";
import { CouponRow } from "../coupons/picker.js";
import { bestCoupon, discountOf, obstacleOf, STAY } from "../coupons/rules.js";
import { RequireLogin } from "../login/require.js";
import { useWelcome } from "../login/welcome.js";
import { noteOrder, sameBooking, useUnpaid, wayToPay } from "../orders/unpaid.js";
import { api, session } from "../session.js";
import { Page, Side } from "../shell.js";
import { tooManyText, unitsFor } from "./capacity.js";
import { Ends } from "./dates.js";
import { keepDraft, keptDraft } from "./draft.js";
import { chosenOf, Extras, readExtras } from "./extras.js";
import { datesOf, MAX_NIGHTS } from "./nights.js";
import { PartyFields } from "./party_sheet.js";
import { priceStay } from "./price.js";
import { stayRuleText } from "./rule.js";
import { getSearch, MOST, setSearch, useSearch } from "./search.js";
import { Sum } from "./sum.js";

const ARRIVALS = Array.from({ length: 12 }, (_, at) => `${12 + at}:00`);

const mostUnits = (range, price) =>
  Math.max(1, Math.min(MOST.units, Math.floor(MAX_NIGHTS / datesOf(range).length), price?.offer.available || 1));

export function Booking({ params }) {
  const back = `/rooms/${params.room_id}`;
  return html`<${RequireLogin} back=${back}><${Fetch} key=${params.room_id} roomId=${params.room_id} back=${back} /><//>`;
}

function Fetch({ roomId, back }) {
  const search = getSearch();
  const facts = useLoad(async () => {
    const known = api.get(`/api/rooms/${roomId}`);
    const [room, extras, calendar, coupons] = await Promise.all([
      known,
      known.then(({ hotel_id }) => readExtras(hotel_id)),
      api.get(`/api/rooms/${roomId}/nights`, { from: search.check_in, to: search.check_out }),
      everything(api, "/api/me/coupons", { status: "unused" }),
    ]);
    return { room, extras, nights: new Map(calendar.items.map((night) => [night.date, night])), coupons };
  }, [roomId]);
  useWelcome(facts.reload);
  if (!facts.data) {
    return html`<${Page} title=${t("book.title")} back=${back}><${Loaded} from=${facts}>${() => null}<//><//>`;
  }
  return html`<${Form} ...${facts.data} range=${{ check_in: search.check_in, check_out: search.check_out }} reload=${facts.reload} back=${back} />`;
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

/** Returns the price as `priceStay` does, with `{coupon, discount, payable}`; null if a night is not open. */
function priced(draft, stay, coupons) {
  const price = priceStay(stay.room, stay.party, stay.range, stay.nights, chosenOf(stay.extras, draft.extras));
  if (!price) return null;
  const given = coupons.find((it) => it.coupon_id === draft.coupon_id);
  const usable = given && obstacleOf(given, STAY, price.total) === null ? given : null;
  const coupon = draft.coupon_id === null ? bestCoupon(coupons, STAY, price.total) : usable;
  const discount = discountOf(coupon, price.total);
  return { ...price, coupon, discount, payable: price.total - discount };
}

function wrongs(draft) {
  return {
    guest_name: draft.guest_name.trim() ? "" : t("book.name_missing"),
    phone_number: isPhoneNumber(draft.phone_number) ? "" : t("book.phone_wrong"),
  };
}

function Form({ room, extras, nights, coupons, range, reload, back }) {
  const [, go] = useLocation();
  const [draft, write] = useDraft(room.room_id);
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
  const price = priced(draft, { room, extras, party, range, nights }, coupons);
  const wrong = wrongs(draft);
  const wish = orderOf(draft, { room, range, party, price, chosen: chosenOf(extras, draft.extras) });
  // A second press does not book the same once more.
  const waiting = sameBooking(useUnpaid(), wish);
  const book = useAction(async () => {
    setShown(true);
    if (wrong.guest_name || wrong.phone_number) {
      document.querySelector(`[name="${wrong.guest_name ? "guest_name" : "phone_number"}"]`)?.focus();
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
      go(`/bookings/${booking.order_no}`, { replace: true, state: { pay: booking.payable > 0 } });
    } catch (error) {
      const code = troubleOf(error);
      if (!code) throw error;
      setTrouble({ code, before: price.payable });
      // Reads the new facts: the next press is for them.
      await reload();
    }
  });
  const small = !holds(room, party);
  const full = !price || price.offer.available < units;
  const foot = html`<div class="grow">${price && html`<${Price} fen=${price.payable} />`}
      ${price?.discount > 0 && html` <small class="muted">${t("book.saved", { amount: money(price.discount) })}</small>`}</div>
    <${Button} busy=${book.busy} disabled=${!waiting && (full || small)} onClick=${book.run}>${t(submitText(waiting, trouble))}<//>`;
  return html`<${Page} title=${t("book.title")} back=${back} foot=${foot} error=${book.error}>
    <${What} room=${room} range=${range} />
    ${waiting && html`<${Banner} tone="warn">${t("orders.unpaid_same")}<//>`}
    ${!waiting && html`<${Obstacle} ...${{ small, full, trouble, room, party, price, back, changeParty }} most=${mostUnits(range, price)} />`}
    <${Who} draft=${draft} party=${party} change=${change} changeParty=${changeParty} wrong=${shown ? wrong : {}} most=${mostUnits(range, price)} />
    <${Extras} extras=${extras} quantities=${draft.extras} onChange=${(quantities) => change({ extras: quantities })} />
    <${Side}><div class="cells"><${CouponRow} coupons=${coupons} scope=${STAY} total=${price?.total || 0} chosen=${price?.coupon}
      onChoose=${(coupon) => change({ coupon_id: coupon?.coupon_id ?? "" })} /></div>
    ${
      price &&
      html`<${Sum} nights=${datesOf(range).map((date) => ({ date, units, amount: nights.get(date).price * units }))}
      guests=${price.guests} extras=${price.extras} total=${price.total} hotel=${room.hotel}
      cuts=${[[inLanguage(price.coupon?.name), price.discount]]} end=${[t("book.payable"), price.payable]} />`
    }
    <p class="small muted">${t("rule.line", { rule: stayRuleText(room, nights.get(range.check_in)) })}</p><//>
  <//>`;
}

function submitText(waiting, trouble) {
  if (waiting) return "orders.pay";
  return trouble?.code === "price_changed" ? "book.confirm_price" : "book.submit";
}

const TROUBLES = new Set(["price_changed", "sold_out", "coupon_unusable", "not_on_sale", "too_many_guests"]);

/** Returns the name of a refusal that the form explains; null for another error. */
function troubleOf(error) {
  if (error.errors?.some(({ field }) => field.startsWith("extras"))) return "extras_changed";
  return TROUBLES.has(error.code) ? error.code : null;
}

/** Returns the order for the API; without a price it cannot be sent, only compared. */
function orderOf(draft, { room, range, party, price, chosen }) {
  return {
    room_id: room.room_id,
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

function What({ room, range }) {
  return html`<div class="card stack tight">
    <p class="small muted">${inLanguage(room.hotel.name)}</p>
    <h2>${inLanguage(room.name)}</h2>
    <div class="stay-line"><${Ends} range=${range} /></div>
  </div>`;
}

/** Says in one place why the stay cannot be booked, or why the API refused it, and what to do. */
function Obstacle({ small, full, trouble, room, party, price, back, changeParty, most }) {
  if (small)
    return html`<${TooMany} room=${room} party=${party} most=${most} onUnits=${(units) => changeParty({ units })} />`;
  if (full)
    return html`<${Full} price=${price} back=${back} units=${party.units} onFewer=${(units) => changeParty({ units })} />`;
  if (!trouble) return null;
  const parameters = { before: money(trouble.before), now: money(price.payable) };
  return html`<${Alert} tone="warn" of=${trouble}>${t(`book.${trouble.code}`, parameters)}<//>`;
}

/** Says that the rooms do not hold the guests, and offers as many rooms as do. */
function TooMany({ room, party, most, onUnits }) {
  const units = unitsFor(room, party);
  return html`<${Alert} tone="warn" look="full">
    <p>${tooManyText(room, party)}</p>
    ${units <= most && html`<p><${Button} kind="plain" small onClick=${() => onUnits(units)}>${t("book.take", { left: units })}<//></p>`}
  <//>`;
}

function Full({ price, back, units, onFewer }) {
  const left = price?.offer.available || 0;
  return html`<${Alert} tone="warn" look="full">
    <p>${left > 0 ? t("book.fewer_left", { left, units }) : t("book.nothing_left")}</p>
    <p class="row wrap">${left > 0 && html`<${Button} kind="plain" small onClick=${() => onFewer(left)}>${t("book.take", { left })}<//>`}
      <${Link} class="button plain small" href=${back}>${t("stay.other_dates")}<//></p>
  <//>`;
}

function Who({ draft, party, change, changeParty, wrong, most }) {
  return html`<div class="card stack">
    <${PartyFields} party=${party} mostUnits=${most} onChange=${changeParty} />
    <${Field} label=${t("book.name")} name="guest_name" autocomplete="name" maxlength="100" required value=${draft.guest_name}
      wrong=${wrong.guest_name} hint=${t("book.name_hint")} onInput=${(guest_name) => change({ guest_name })} />
    <${Field} label=${t("book.phone")} name="phone_number" type="tel" autocomplete="tel" maxlength="40" required value=${draft.phone_number}
      wrong=${wrong.phone_number} onInput=${(phone_number) => change({ phone_number })} />
    <${Field} label=${t("book.arrival")} value=${draft.arrival_time} onInput=${(arrival_time) => change({ arrival_time })}>
      <option value="">${t("book.arrival_unknown")}</option>
      ${ARRIVALS.map((at) => html`<option key=${at} value=${at} selected=${at === draft.arrival_time}>${at}</option>`)}
    <//>
    <${Field} label=${t("book.requests")} name="requests" multiline rows="2" maxlength="500" value=${draft.requests}
      hint=${t("book.requests_hint")} onInput=${(requests) => change({ requests })} />
  </div>`;
}
