// The night audit: what a business date of a hotel left open, with a press for each.
import "./texts.js";
import "./audit_texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, FaultLine, Loaded, toast } from "../../shared/components.js";
import { addDays, businessDate, day, localTime, money } from "../../shared/format.js";
import { useAction, useLoad, usePoll } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, Link, useLocation, useState } from "../../vendor/preact.js";
import { DateStepper } from "../desk/dates.js";
import { Guests } from "../desk/guests.js";
import { AtHotel, HotelChooser, useHotel } from "../desk/hotels.js";
import { isOfTheDay, MoveSheet } from "../desk/moves.js";
import { roomOf, stayOf } from "../desk/stay_text.js";
import { Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";

const POLL_MS = 30_000;
const TONES = { pending: "", running: "warn", done: "good" };
const KINDS = ["arrival", "departure", "folio", "number"];

export function NightAudit() {
  const place = useHotel();
  return html`<${Page} title=${t("page.night_audit")}>
    <${AtHotel} place=${place}>${(hotel) => html`<${Day} key=${hotel.hotel_id} place=${place} hotel=${hotel} />`}<//>
  <//>`;
}

/** Returns the audit with all its questions. The state is read first: a list of a finished audit is whole. */
async function readAudit(hotel, date) {
  const path = `/api/staff/hotels/${hotel.hotel_id}/night-audit`;
  const audit = await api.get(path, { date, limit: 1 });
  return { ...audit, items: await everything(api, path, { date }) };
}

function Day({ place, hotel }) {
  const now = businessDate(hotel);
  const last = addDays(now, -1);
  const [date, setDate] = useState(last);
  const from = useLoad(() => readAudit(hotel, date), [hotel.hotel_id, date]);
  usePoll(from.reload, POLL_MS);
  return html`<div class="desk-bar">
      <${HotelChooser} place=${place} />
      <${DateStepper} date=${date} now=${last} home=${t("night.to_last")} onChange=${setDate} />
    </div>
    <${Loaded} from=${from} rows=${4}>
      ${(data) => html`<div class=${data.date === date ? "stack" : "stack desk-stale"} aria-busy=${data.date !== date}>
        <${Whole} audit=${data} hotel=${hotel} now=${now} onChange=${from.reload} /></div>`}
    <//>`;
}

function Whole({ audit, hotel, now, onChange }) {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState(null);
  // What a list has no sheet for is done on the booking's page.
  const ask = (name, booking) =>
    name && !isOfTheDay(name)
      ? navigate(`/bookings/${booking.order_no}`, { state: { ask: name } })
      : setAsked(name && { name, booking });
  const waiting = audit.items.filter((it) => it.open);
  const done = audit.items.filter((it) => !it.open && it.booking).map((it) => it.booking);
  return html`<${State} audit=${audit} hotel=${hotel} now=${now} />
    ${audit.items.length === 0 && audit.status === "done" && html`<${Empty} title=${t("night.none", { day: day(audit.date) })} />`}
    ${audit.items.length > 0 && waiting.length === 0 && html`<p class="card desk-none">${t("night.all_done")}</p>`}
    ${KINDS.map((kind) => {
      const items = waiting.filter((it) => it.kind === kind);
      if (items.length === 0) return null;
      return html`<section key=${kind} class="stack" aria-labelledby=${`night-${kind}`}>
        <h2 id=${`night-${kind}`}>${t(`night.${kind}`)} <span class="muted number">${items.length}</span></h2>
        ${listOf(kind, items, { hotel, now, ask, onChange })}</section>`;
    })}
    ${done.length > 0 && html`<section class="stack" aria-labelledby="night-done"><h2 id="night-done">${t("night.dealt_with")}</h2><${Guests} bookings=${done} now=${now} quiet /></section>`}
    ${asked && html`<${MoveSheet} asked=${asked} now=${now} ask=${(name) => ask(name, asked.booking)} onChange=${onChange} />`}`;
}

function listOf(kind, items, { hotel, now, ask, onChange }) {
  const bookings = items.map((it) => it.booking);
  if (kind === "number") return html`<${Numbers} items=${items} hotel=${hotel} onChange=${onChange} />`;
  if (kind === "folio") return html`<${Folios} bookings=${bookings} ask=${ask} />`;
  return html`<${Guests} bookings=${bookings} now=${now} ask=${ask} />`;
}

/** Guests who left with an uneven folio: what is owed, by whom, and a press that leads to where it is settled. */
function Folios({ bookings, ask }) {
  return html`<ul class="cells">${bookings.map((it) => {
    const owes = it.balance > 0;
    const move = owes ? "take_payment" : it.desk > 0 ? "desk_refund" : "refund";
    const amount = money(Math.abs(it.balance));
    return html`<li key=${it.order_no}><div class="cell desk-guest"><div class="grow">
        <p class="row wrap"><${Link} href=${`/bookings/${it.order_no}`} class="desk-name">${it.guest_name}<//>
          <${Badge} tone=${owes ? "warn" : "accent"}>${t(owes ? "night.owes" : "night.has_credit", { amount })}<//></p>
        <p>${roomOf(it)}</p><p class="muted small number">${stayOf(it)}</p>
      </div><${Button} small kind="plain" onClick=${() => ask(move, it)} aria-label=${t("night.settle_whom", { name: it.guest_name })}>${t("night.settle")}<//></div></li>`;
  })}</ul>`;
}

/** How far the audit is. A day that is over and waits has not been audited: it may be older than the first audit. */
function State({ audit, hotel, now }) {
  const at = audit.made_at && localTime(audit.made_at, hotel.time_zone);
  const state = audit.status === "pending" && audit.date < now ? "late" : audit.status;
  const hint = at ? t("night.made_at", { at }) : t(`night.${state}_hint`);
  return html`<p class="row wrap"><${Badge} tone=${TONES[audit.status]}>${t(`night.${state}`)}<//>
    <span class="muted small">${hint}</span></p>`;
}

function Numbers({ items, hotel, onChange }) {
  const act = useAction(async (number) => {
    await api.put(`/api/staff/hotels/${hotel.hotel_id}/numbers/${number}`, { housekeeping: "clean" });
    toast(t("night.said_clean", { number }));
    await onChange();
  });
  return html`<${FaultLine} error=${act.error} /><ul class="cells">
    ${items.map(
      ({ number }) => html`<li key=${number}><div class="cell"><strong class="number grow">${number}</strong>
        <${Button} small kind="plain" busy=${act.busy} onClick=${() => act.run(number)} aria-label=${t("night.clean_which", { number })}>${t("night.clean")}<//></div></li>`,
    )}</ul>`;
}
