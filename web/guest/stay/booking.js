// The booking form of a room: the guest, the coupon, the price of each night. Then comes the order, with the pay sheet.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Alert, Banner, Button, Field, Loaded, Price, Quantity } from "../../shared/components.js";
import { businessDate, day, isPhoneNumber, money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useLocation, useRef, useState } from "../../vendor/preact.js";
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
import { datesOf, MAX_NIGHTS, offered } from "./nights.js";
import { stayRuleText } from "./rule.js";
import { getSearch } from "./search.js";

/** The most rooms in one booking of a guest. */
const MOST_UNITS = 9;
const ARRIVALS = Array.from({ length: 12 }, (_, at) => `${12 + at}:00`);

const mostUnits = (range, price) =>
  Math.max(1, Math.min(MOST_UNITS, Math.floor(MAX_NIGHTS / datesOf(range).length), price?.offer.available || 1));

export function Booking({ params }) {
  const back = `/rooms/${params.room_id}`;
  return html`<${RequireLogin} back=${back}><${Fetch} key=${params.room_id} roomId=${params.room_id} back=${back} /><//>`;
}

function Fetch({ roomId, back }) {
  const search = getSearch();
  const facts = useLoad(async () => {
    const [room, calendar, coupons] = await Promise.all([
      api.get(`/api/rooms/${roomId}`),
      api.get(`/api/rooms/${roomId}/nights`, { from: search.check_in, to: search.check_out }),
      everything(api, "/api/me/coupons", { status: "unused" }),
    ]);
    return { room, nights: new Map(calendar.items.map((night) => [night.date, night])), coupons };
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
    units: 1,
    guest_name: person.nickname || "",
    phone_number: person.phone_number || "",
    arrival_time: "",
    // Null until the guest chooses: until then the best coupon is used.
    coupon_id: null,
    ...keptDraft(roomId),
  }));
  const change = (part) => {
    const next = { ...draft, ...part };
    keepDraft(roomId, next);
    setDraft(next);
  };
  return [draft, change];
}

/** Returns the price: `{offer, total, coupon, discount, payable}` in fen; null if a night is not open. */
function priced(draft, range, nights, coupons) {
  const offer = offered(range, nights);
  if (!offer) return null;
  const total = offer.total * draft.units;
  const given = coupons.find((it) => it.coupon_id === draft.coupon_id);
  const usable = given && obstacleOf(given, STAY, total) === null ? given : null;
  const coupon = draft.coupon_id === null ? bestCoupon(coupons, STAY, total) : usable;
  const discount = discountOf(coupon, total);
  return { offer, total, coupon, discount, payable: total - discount };
}

function wrongs(draft) {
  return {
    guest_name: draft.guest_name.trim() ? "" : t("book.name_missing"),
    phone_number: isPhoneNumber(draft.phone_number) ? "" : t("book.phone_wrong"),
  };
}

function Form({ room, nights, coupons, range, reload, back }) {
  const [, go] = useLocation();
  const [draft, write] = useDraft(room.room_id);
  const [shown, setShown] = useState(false);
  const [trouble, setTrouble] = useState(null);
  const asked = useRef(false);
  // The refusal was for other values.
  const change = (part) => {
    setTrouble(null);
    write(part);
  };
  const price = priced(draft, range, nights, coupons);
  const wrong = wrongs(draft);
  // A second press does not book the same once more.
  const same = { room_id: room.room_id, ...range, units: draft.units, guest_name: draft.guest_name.trim() };
  const waiting = sameBooking(useUnpaid(), same);
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
      const wish = orderOf(draft, room, range, price);
      const booking = await postOnce(api, `booking ${room.room_id}`, "/api/bookings", wish);
      noteOrder(booking);
      // The pay sheet opens on the order's page: whoever leaves it finds the order there.
      go(`/bookings/${booking.order_no}`, { replace: true, state: { pay: booking.payable > 0 } });
    } catch (error) {
      if (!TROUBLES.includes(error.code)) throw error;
      setTrouble({ code: error.code, before: price.payable });
      // Reads the new facts: the next press is for them.
      await reload();
    }
  });
  const full = !waiting && (!price || price.offer.available < draft.units);
  const foot = html`<div class="grow">${price && html`<${Price} fen=${price.payable} />`}
      ${price?.discount > 0 && html` <small class="muted">${t("book.saved", { amount: money(price.discount) })}</small>`}</div>
    <${Button} busy=${book.busy} disabled=${full} onClick=${book.run}>${t(submitText(waiting, trouble))}<//>`;
  return html`<${Page} title=${t("book.title")} back=${back} foot=${foot} error=${book.error}>
    <${What} room=${room} range=${range} />
    ${waiting && html`<${Banner} tone="warn">${t("orders.unpaid_same")}<//>`}
    ${!waiting && trouble && html`<${Trouble} of=${trouble} price=${price} back=${back} units=${draft.units} onFewer=${(units) => change({ units })} />`}
    ${!trouble && full && html`<${Full} price=${price} back=${back} units=${draft.units} onFewer=${(units) => change({ units })} />`}
    <${Who} draft=${draft} change=${change} wrong=${shown ? wrong : {}} most=${mostUnits(range, price)} />
    <${Side}><div class="cells"><${CouponRow} coupons=${coupons} scope=${STAY} total=${price?.total || 0} chosen=${price?.coupon}
      onChoose=${(coupon) => change({ coupon_id: coupon?.coupon_id ?? "" })} /></div>
    ${price && html`<${Sum} price=${price} range=${range} nights=${nights} units=${draft.units} />`}
    <p class="small muted">${t("rule.line", { rule: stayRuleText(room, nights.get(range.check_in)) })}</p><//>
  <//>`;
}

function submitText(waiting, trouble) {
  if (waiting) return "orders.pay";
  return trouble?.code === "price_changed" ? "book.confirm_price" : "book.submit";
}

const TROUBLES = ["price_changed", "sold_out", "coupon_unusable", "not_on_sale"];

function orderOf(draft, room, range, price) {
  return {
    room_id: room.room_id,
    ...range,
    units: draft.units,
    guest_name: draft.guest_name.trim(),
    phone_number: draft.phone_number.trim(),
    coupon_id: price.coupon?.coupon_id ?? null,
    arrival_time: draft.arrival_time || null,
    expected_total: price.total,
  };
}

function What({ room, range }) {
  return html`<div class="card stack tight">
    <p class="small muted">${inLanguage(room.hotel.name)}</p>
    <h2>${inLanguage(room.name)}</h2>
    <div class="stay-line"><${Ends} range=${range} /></div>
  </div>`;
}

/** Says why the API refused the booking, and what to do. */
function Trouble({ of, price, back, units, onFewer }) {
  if (of.code === "sold_out" && (!price || price.offer.available < units)) {
    return html`<${Full} price=${price} back=${back} units=${units} onFewer=${onFewer} />`;
  }
  const parameters = { before: money(of.before), now: price ? money(price.payable) : "" };
  return html`<${Alert} tone="warn" of=${of}>${t(`book.${of.code}`, parameters)}<//>`;
}

function Full({ price, back, units, onFewer }) {
  const left = price?.offer.available || 0;
  return html`<${Alert} tone="warn" look="full">
    <p>${left > 0 ? t("book.fewer_left", { left, units }) : t("book.nothing_left")}</p>
    <p class="row wrap">${left > 0 && html`<${Button} kind="plain" small onClick=${() => onFewer(left)}>${t("book.take", { left })}<//>`}
      <${Link} class="button plain small" href=${back}>${t("stay.other_dates")}<//></p>
  <//>`;
}

function Who({ draft, change, wrong, most }) {
  return html`<div class="card stack">
    <div class="row between"><span id="units">${t("book.units")}</span>
      <${Quantity} label=${t("book.units")} value=${draft.units} most=${most} onChange=${(units) => change({ units })} /></div>
    <${Field} label=${t("book.name")} name="guest_name" autocomplete="name" maxlength="100" required value=${draft.guest_name}
      wrong=${wrong.guest_name} hint=${t("book.name_hint")} onInput=${(guest_name) => change({ guest_name })} />
    <${Field} label=${t("book.phone")} name="phone_number" type="tel" autocomplete="tel" maxlength="40" required value=${draft.phone_number}
      wrong=${wrong.phone_number} onInput=${(phone_number) => change({ phone_number })} />
    <${Field} label=${t("book.arrival")} value=${draft.arrival_time} onInput=${(arrival_time) => change({ arrival_time })}>
      <option value="">${t("book.arrival_unknown")}</option>
      ${ARRIVALS.map((at) => html`<option key=${at} value=${at} selected=${at === draft.arrival_time}>${at}</option>`)}
    <//>
  </div>`;
}

function Sum({ price, range, nights, units }) {
  return html`<section class="card stack" aria-labelledby="sum">
    <h2 id="sum">${t("book.sum")}</h2>
    <dl class="facts">
      ${datesOf(range).map(
        (
          date,
        ) => html`<dt>${day(date, { weekday: true, year: date.slice(0, 4) !== businessDate().slice(0, 4) })}${units > 1 && ` × ${units}`}</dt>
          <dd>${money(nights.get(date).price * units)}</dd>`,
      )}
      ${price.discount > 0 && html`<dt>${inLanguage(price.coupon.name)}</dt><dd class="price">−${money(price.discount)}</dd>`}
      <dt class="total">${t("book.payable")}</dt><dd class="total">${money(price.payable)}</dd>
    </dl>
  </section>`;
}
