// A change of a stay: the sheet shows what it costs before it is made, or what is in the way; and the section of changes that were made.
import "./change_texts.js";
import "./new_texts.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Banner, Button, faultText } from "../../shared/components.js";
import { balanceOf } from "../../shared/folio/lines.js";
import { addDays, day, localTime, moment, money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { restrictionText } from "../../shared/restriction.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { making, stillOpen } from "./making.js";
import { openMoves } from "./open_moves.js";
import { guestsOf, roomOf, stayOf } from "./stay_text.js";

const MOST = { units: 99, adults: 999, children: 999 };
/** What a change may be of; `despite_restrictions` is no part of the stay. */
const WANTED = ["check_in", "check_out", "room_id", "units", "adults", "children"];

/** The action of the booking's page. */
export function Change(props) {
  const { booking, now, asked, ask } = props;
  if (!openMoves(booking, now).change) return null;
  return html`<${Button} kind="plain" onClick=${() => ask("change")} aria-label=${t("change.change_whom", { name: booking.guest_name })}>
      ${t("change.change")}<//>
    ${asked === "change" && html`<${ChangeSheet} ...${props} />`}`;
}

function ChangeSheet(props) {
  const { booking, now, ask, onChange } = props;
  const rooms = useLoad(() => everything(api, `/api/staff/hotels/${booking.hotel_id}/rooms`), [booking.hotel_id]);
  // What the sheet shows of the price, and for what it was worked out.
  const shown = useRef(null);
  const [priced, setPriced] = useState(null);
  const [round, setRound] = useState(0);
  const show = (it) => {
    shown.current = it;
    setPriced(it);
  };
  // A day use begins and ends on one date.
  const whole = (body) => (booking.day_use ? { ...body, check_out: body.check_in } : body);
  const change = async (typed, base) => {
    const body = whole(typed);
    const seen = shown.current?.of === keyOf(body, base, round) ? shown.current : null;
    if (!seen) throw said(t("change.not_priced"));
    if (!seen.found) throw said(t("change.not_possible"));
    const { found } = seen;
    try {
      const path = `/api/staff/bookings/${booking.order_no}/changes`;
      const sent = { ...wantedOf(body), reason: body.reason, version: base.version, expected_payable: found.payable };
      await postOnce(api, `change ${booking.order_no}`, path, sent);
    } catch (error) {
      setRound((before) => before + 1);
      if (error.code === "price_changed") throw said(priceChanged(error));
      throw error;
    }
    return "change.made";
  };
  const save = (body, base, facts) => making(props, () => change(body, base))(body, base, facts);
  const open = stillOpen("change", props);
  const reload = async () => {
    const found = await open.read();
    onChange();
    return found;
  };
  return html`<${FormSheet} title=${t("change.change_whom", { name: booking.guest_name })} fields=${fieldsFor(booking, now, rooms.data ?? [], priced?.restricted)}
    values=${booking} propose=${(found) => found} onSave=${save} onClose=${() => ask(null)} onReload=${reload}
    submit=${(body, found) => submitText(priced, whole(body), found, round)} ...${open}
    says=${(typed, found) => {
      const body = whole(typed);
      return html`<${Preview} booking=${found} wanted=${wantedOf(body)} of=${keyOf(body, found, round)} onShown=${show} />`;
    }}>
    ${(
      found,
    ) => html`<p><strong>${roomOf(found)}</strong> · ${guestsOf(found)}<br /><span class="muted number">${stayOf(found)}</span></p>
      <p class="muted small">${t("change.hint")}</p>`}
  <//>`;
}

/** Returns an error whose words are shown as they are. */
function said(text) {
  return Object.assign(new Error(text), { shown: true });
}

function priceChanged({ body }) {
  return t("change.price_changed", { before: money(body.expected), now: money(body.actual) });
}

function wantedOf(body) {
  const stay = Object.fromEntries(WANTED.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]));
  return body.despite_restrictions ? { ...stay, despite_restrictions: true } : stay;
}

/** Returns what a price is worked out for: another version of the booking, or a refusal, makes it another one. */
function keyOf(body, { version }, round) {
  return JSON.stringify([wantedOf(body), version, round]);
}

function isSame(body, found) {
  return WANTED.every((name) => body[name] === undefined || body[name] === found[name]);
}

function submitText(priced, body, found, round) {
  const difference = found && priced?.of === keyOf(body, found, round) ? priced.found?.difference : undefined;
  if (!difference) return t("change.make");
  return t(difference > 0 ? "change.make_more" : "change.make_less", { amount: money(Math.abs(difference)) });
}

/** With `restricted` a restriction stands against the change: the desk may make it all the same. */
function fieldsFor(booking, now, rooms, restricted) {
  const inside = booking.status === "checked_in";
  const first = inside ? now : addDays(now, 1);
  const fits = (it) => it.on_sale && Boolean(it.day_use) === Boolean(booking.day_use);
  const others = rooms.filter((it) => it.room_id !== booking.room_id && fits(it));
  const count = (name, label, least) => ({
    name,
    label,
    kind: "number",
    required: true,
    check: (value) =>
      Number.isInteger(value) && value >= least && value <= MOST[name]
        ? null
        : t("change.count_wrong", { least, most: MOST[name] }),
  });
  return [
    {
      name: "check_in",
      label: t(booking.day_use ? "change.date" : "change.check_in"),
      kind: "date",
      required: true,
      locked: inside,
      check: (date, _, found = booking) => (date < now && date !== found.check_in ? t("change.over") : null),
    },
    {
      name: "check_out",
      label: t("change.check_out"),
      kind: "date",
      required: true,
      focus: true,
      when: () => !booking.day_use,
      check: (date, body) => {
        if (body.check_in && date <= body.check_in) return t("change.after_arrival");
        return date < first ? t("change.over") : null;
      },
    },
    {
      name: "room_id",
      label: t("change.room"),
      kind: "select",
      required: true,
      wide: true,
      options: [
        [booking.room_id, inLanguage(booking.room_name)],
        ...others.map((it) => [it.room_id, inLanguage(it.name)]),
      ],
    },
    count("units", t("desk.units"), 1),
    count("adults", t("new.adults"), 1),
    count("children", t("new.children"), 0),
    {
      name: "despite_restrictions",
      label: t("change.despite"),
      kind: "check",
      hint: t("new.despite_hint"),
      when: ({ despite_restrictions: despite }) => restricted || despite,
    },
    {
      name: "reason",
      label: t("change.reason"),
      kind: "text",
      required: true,
      wide: true,
      hint: t("change.reason_hint"),
      check: (_, body, found = booking) => (isSame(body, found) ? t("change.nothing") : null),
    },
  ];
}

/** What the change costs, read anew whenever something else is typed. `onShown({of, found})` hears what is shown; no `found`: refused. */
function Preview({ booking, wanted, of, onShown }) {
  const same = isSame(wanted, booking);
  const from = useLoad(async () => {
    if (same) return { of, found: null };
    return { of, found: await api.get(`/api/staff/bookings/${booking.order_no}/changes`, wanted) };
  }, [of]);
  useEffect(() => {
    if (!from.loading)
      onShown(from.error ? { of, found: null, restricted: from.error.code === "restricted" } : from.data);
  }, [from.loading, from.error, from.data]);
  if (same) return html`<p class="muted">${t("change.nothing")}</p>`;
  if (from.error) return html`<${Banner} tone="warn">${refusalText(from.error)}<//>`;
  if (!from.data?.found) return html`<p class="muted">${t("change.working")}</p>`;
  return html`<div aria-busy=${from.loading ? "true" : undefined}><${Priced} booking=${booking} priced=${from.data.found} /></div>`;
}

function Priced({ booking, priced }) {
  const [balance, fen] = balanceOf(priced);
  const loses = priced.room_id !== booking.room_id && booking.numbers?.length > 0;
  // The time that it is held until does not move with the arrival.
  const waits = priced.status === "reserved" && booking.expires_at && booking.paid <= 0;
  const until = waits && priced.check_in > booking.check_in && localTime(booking.expires_at, booking.time_zone);
  return html`<dl class="facts">
      <dt>${t("change.then")}</dt><dd>${roomOf(priced)} · ${guestsOf(priced)}<br /><span class="number">${stayOf(priced)}</span></dd>
      ${priced.added.length > 0 && html`<dt>${t("change.added")}</dt><dd>${nightsText(priced.added)}</dd>`}
      ${priced.dropped.length > 0 && html`<dt>${t("change.dropped")}</dt><dd>${nightsText(priced.dropped)}</dd>`}
      <dt>${t("change.costs")}</dt><dd>${money(priced.payable)} <span class="muted">${t("change.was", { amount: money(booking.payable) })}</span></dd>
      <dt class="total">${differenceText(priced.difference)}</dt><dd class="total">${balance}${fen > 0 && ` ${money(fen)}`}</dd>
    </dl>
    ${priced.status === "paid" && booking.status === "reserved" && html`<${Banner}>${t("change.becomes_paid")}<//>`}
    ${until && html`<${Banner} tone="warn">${t("change.held_until", { at: until })}<//>`}
    ${loses && html`<${Banner} tone="warn">${t("change.loses_numbers", { numbers: booking.numbers.join(t("desk.comma")) })}<//>`}`;
}

function differenceText(difference) {
  if (difference === 0) return t("change.same");
  return t(difference > 0 ? "change.more" : "change.less", { amount: money(Math.abs(difference)) });
}

/** Returns "23 Nov Twin × 2, 24 Nov Twin × 2". */
function nightsText(nights) {
  const night = (it) =>
    t(it.units > 1 ? "change.night_units" : "change.night", {
      day: day(it.date),
      room: inLanguage(it.room_name),
      count: it.units,
    });
  return nights.map(night).join(t("desk.comma"));
}

/** Returns what is in the way, in words. */
function refusalText(error) {
  const { body } = error;
  switch (error.code) {
    case "sold_out":
      return t("change.sold_out", { days: body.dates.map((date) => day(date)).join(t("desk.comma")) });
    case "number_taken":
      return t("change.number_taken", { numbers: body.numbers.join(t("desk.comma")) });
    case "too_many_guests":
      return t("change.too_many");
    case "not_on_sale":
      return t("change.not_on_sale");
    case "restricted":
      return restrictionText(body);
    case "change_too_large":
      return t("change.too_large");
    default:
      return faultText(error);
  }
}

/** The section of the changes that were made, the last one first: what was booked before each. */
export function Changes({ booking }) {
  if (!booking.changes?.length) return null;
  return html`<section class="card stack" aria-label=${t("change.history")}><h2>${t("change.history")}</h2>
    <ul class="stack tight">${booking.changes.toReversed().map(
      (
        it,
      ) => html`<li key=${it.at}><span class="small muted">${t("change.by", { at: moment(it.at), name: it.by })}</span><br />
        ${t("change.before", { stay: stayOf(it.was), room: roomOf(it.was), guests: guestsOf(it.was), amount: money(it.was.payable) })}</li>`,
    )}</ul>
  </section>`;
}
