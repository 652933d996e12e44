// The sheet that changes nights: those that are selected in the calendar, or those of a range by a pattern.
import "./nights_texts.js";
import { Banner, Button, Confirm, FaultLine, Field, Loaded, Sheet, toast } from "../../shared/components.js";
import { addDays, day, money, monthOf, nightsBetween } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useRef, useState } from "../../vendor/preact.js";
import { sendByEnter } from "../form/form.js";
import { api } from "../session.js";
import { changeOf, isNothing, NOTHING, refusedFields } from "./night_changes.js";
import { EVERY_DAY, PriceField, RestrictionFields, SaleField, UnitsField, Weekdays } from "./nights_fields.js";
import { datesBetween, isoWeekday, jobsOf, leaps, linesOf } from "./pattern.js";

/** The longest range of one change: a year, also a leap one. */
const LONGEST = 366;

/** Returns the rooms with their open nights by date, from one date to another (exclusive). It makes one request for each room. */
export async function readNights(rooms, from, to) {
  const lists = await Promise.all(rooms.map((it) => api.get(`/api/staff/rooms/${it.room_id}/nights`, { from, to })));
  return rooms.map((room, at) => ({ room, nights: new Map(lists[at].items.map((it) => [it.date, it])) }));
}

/**
 * `chosen` is `{rooms, first, last, all?}`; with `all`, which are all room types of the hotel, the range and the room types are chosen in
 * the sheet. `now` is the hotel's business date. `onMade({calls, count})` hears what was changed, also when the rest was refused.
 */
export function NightsSheet({ chosen, now, onMade, onClose }) {
  const [range, setRange] = useState({ first: chosen.first, last: chosen.last, rooms: chosen.rooms });
  const [days, setDays] = useState(new Set(EVERY_DAY));
  const [typed, setTyped] = useState(NOTHING);
  const [progress, setProgress] = useState(null);
  const [asked, setAsked] = useState(null);
  const element = useRef(null);
  const [tried, setTried] = useState(false);
  const wrongRange = rangeWrong(range, now);
  const isRange = Object.keys(wrongRange).length === 0;
  const { first, last, rooms } = range;
  const of = [first, last, ...rooms.map((it) => it.room_id)].join();
  const from = useLoad(
    async () => (isRange ? { of, rows: await readNights(rooms, first, addDays(last, 1)) } : { of, rows: [] }),
    [of],
  );
  const changed = (data) =>
    changeOf(data?.of === of ? data.rows : [], isRange ? datesBetween(first, last, days) : [], typed);
  const { facts, wrong, moves } = changed(from.data);
  const nothing = isNothing(typed);
  const save = useAction(async (jobs) => {
    const calls = [];
    try {
      for (const [done, job] of jobs.entries()) {
        setProgress({ done, total: jobs.length, room: job.room });
        const { room, range: nights, body } = job;
        const made = await api.put(`/api/staff/rooms/${room.room_id}/nights`, { ...nights, ...body });
        calls.push({ room, from: nights.from, to: nights.to, change_id: made.change_id, at: Date.now() });
      }
    } catch (error) {
      from.reload();
      throw error;
    } finally {
      if (calls.length > 0) await onMade({ calls, count: countOf(jobs.slice(0, calls.length)) });
    }
    toast(t("desk.nights_changed", { count: countOf(jobs) }));
    onClose();
  });
  const refused = refusedFields(save.error);
  const send = async (data) => {
    const found = changed(data);
    const isWrong = Object.keys({ ...found.wrong, ...rangeWrong(range, now) }).length > 0;
    if (nothing || isWrong || found.moves.length === 0) {
      setTimeout(() => element.current?.querySelector('[aria-invalid="true"]')?.focus());
      return;
    }
    const jobs = jobsOf(found.moves).map((job) => ({ ...job, body: found.body }));
    const far = found.moves.filter(leaps);
    if (far.length > 0) setAsked({ far, jobs });
    else await save.run(jobs);
  };
  const submit = async (event) => {
    event.preventDefault();
    setTried(true);
    // Keys are faster than the network: the nights may not be there yet.
    const data = from.data?.of === of && !from.loading ? from.data : await from.reload();
    if (data) await send(data);
  };
  const type = (name) => (value) => {
    save.clear();
    setTyped((before) => ({ ...before, [name]: value }));
  };
  const shown = { ...refused.fields, ...wrong };
  const there = new Set(isRange ? datesBetween(first, last, new Set(EVERY_DAY)).map(isoWeekday) : []);
  return html`<${Sheet} title=${t(chosen.all ? "nights.by_pattern" : "desk.change_nights")} onClose=${onClose} held=${!nothing}>
    <form class="stack" novalidate ref=${element} onSubmit=${submit} onKeyDown=${sendByEnter}>
      ${chosen.all && html`<${Range} all=${chosen.all} range=${range} now=${now} wrong=${tried || last < first ? wrongRange : {}} onChange=${setRange} />`}
      <${Loaded} from=${from} rows=${1}>${() => html`<${Summary} range=${range} isRange=${isRange} count=${moves.length} facts=${facts} plain=${!chosen.all} />`}<//>
      ${first !== last && html`<${Weekdays} there=${there} days=${days} onChange=${setDays} />`}
      <div class="desk-pair">
        <${PriceField} typed=${typed} type=${type} wrong=${shown.price} hint=${becomesText(facts, moves)} />
        <div class="stack tight"><${UnitsField} typed=${typed} type=${type} wrong=${shown.units} taken=${facts.taken} />
          <${SaleField} typed=${typed} type=${type} /></div>
      </div>
      <${RestrictionFields} typed=${typed} type=${type} wrong=${shown} />
      ${facts.unopened > 0 && html`<${Unopened} count=${facts.unopened} opens=${typed.opens} onChange=${type("opens")} />`}
      ${progress && save.busy && html`<${Progress} ...${progress} />`}
      ${save.error && html`<${Failed} error=${refused.rest} code=${save.error.code} ...${progress} />`}
      <${Button} type="submit" wide busy=${save.busy} disabled=${nothing || (from.data?.of === of && isRange && moves.length === 0)}>
        ${nothing ? t("desk.nothing_changed") : saveText(moves.length)}<//>
    </form>
    ${
      asked &&
      html`<${FarPrices} ...${asked} onClose=${() => setAsked(null)} onConfirm=${() => {
        setAsked(null);
        save.run(asked.jobs);
      }} />`
    }
  <//>`;
}

function countOf(jobs) {
  return jobs.reduce((sum, it) => sum + it.count, 0);
}

function saveText(count) {
  return count === 1 ? t("desk.save_night") : t("desk.save_nights", { count });
}

function rangeWrong({ first, last, rooms }, now) {
  const found = {
    first: (!first && t("form.required")) || (first < now && t("desk.all_past")),
    last:
      (!last && t("form.required")) ||
      (last < first && t("form.ends_first")) ||
      (nightsBetween(first, last) >= LONGEST && t("nights.too_long")),
    rooms: rooms.length === 0 && t("nights.no_rooms"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong));
}

/** The range and the room types of a pattern. */
function Range({ all, range, now, wrong, onChange }) {
  const put = (name) => (value) => onChange((before) => ({ ...before, [name]: value }));
  const until = (last) => () => onChange((before) => ({ ...before, first: before.first || now, last }));
  const begin = range.first || now;
  const turn = (room) => {
    const isIn = range.rooms.includes(room);
    put("rooms")(all.filter((it) => (it === room ? !isIn : range.rooms.includes(it))));
  };
  return html`<div class="desk-pair">
      <${Field} name="first" label=${t("nights.first")} type="date" min=${now} value=${range.first} onInput=${put("first")} wrong=${wrong.first} />
      <${Field} name="last" label=${t("nights.last")} type="date" min=${begin} value=${range.last} onInput=${put("last")} wrong=${wrong.last} />
    </div>
    <div class="row wrap" role="group" aria-label=${t("nights.lengths")}>
      <${Button} kind="plain" small onClick=${until(addDays(monthOf(begin, 1), -1))}>${t("nights.to_month_end")}<//>
      <${Button} kind="plain" small onClick=${until(addDays(begin, 89))}>${t("nights.for_90")}<//>
      <${Button} kind="plain" small onClick=${until(addDays(begin, 364))}>${t("nights.for_year")}<//>
    </div>
    <fieldset class="desk-rooms"><legend class="label">${t("desk.room")}</legend>
      ${all.map(
        (
          it,
        ) => html`<label key=${it.room_id} class="check"><input type="checkbox" checked=${range.rooms.includes(it)} onChange=${() => turn(it)}
          aria-invalid=${wrong.rooms ? "true" : undefined} /><span>${inLanguage(it.name)}</span></label>`,
      )}
      ${wrong.rooms && html`<span class="wrong">${wrong.rooms}</span>`}
    </fieldset>`;
}

function Summary({ range: { rooms, first, last }, isRange, count, facts, plain }) {
  if (!isRange) return plain && last < first ? html`<p class="banner warn">${t("desk.all_past")}</p>` : null;
  const [from, to] = [first, last].map((it) => day(it, { weekday: true }));
  const prices = facts.least === facts.most ? money(facts.least ?? 0) : `${money(facts.least)} – ${money(facts.most)}`;
  return html`<div class="desk-summary">
    ${plain && html`<p><strong>${rooms.map((it) => inLanguage(it.name)).join(t("desk.comma"))}</strong></p>`}
    <p class="number">${plain && `${first === last ? from : `${from} – ${to}`} · `}${t("desk.nights_in_all", { count })}</p>
    ${facts.opened > 0 && html`<p class="muted small number">${t("desk.now_costs", { price: prices, sold: facts.sold })}</p>`}
  </div>`;
}

/** Returns what the nights cost then, if their price is to change. */
function becomesText({ lowest, highest }, moves) {
  if (moves[0]?.price === undefined || !(lowest >= 1)) return undefined;
  return t("nights.becomes", { price: lowest === highest ? money(lowest) : `${money(lowest)} – ${money(highest)}` });
}

function Unopened({ count, opens, onChange }) {
  return html`<div class="stack tight">
    <label class="check"><input type="checkbox" name="opens" checked=${opens} onChange=${(event) => onChange(event.currentTarget.checked)} />
      <span>${t("nights.opens", { count })}</span></label>
    ${opens && html`<${Banner}>${t("desk.opens_nights", { count })}<//>`}</div>`;
}

/** Asks before a price moves by more than half. */
function FarPrices({ far, onClose, onConfirm }) {
  const severalRooms = new Set(far.map((it) => it.room)).size > 1;
  return html`<${Confirm} title=${t("nights.far_title")} action=${t("nights.far_send")} back=${t("nights.far_back")} onConfirm=${onConfirm} onClose=${onClose}>
    <p>${t("nights.far", { count: far.length })}</p>
    <ul class="desk-far" tabindex="0" aria-label=${t("nights.far_list")}>${linesOf(far).map(
      (
        it,
      ) => html`<li key=${`${it.room.room_id} ${it.from}`}><span>${severalRooms && html`${inLanguage(it.room.name)} `}<span class="number">${rangeText(it)}</span></span>
        <span class="number">${money(it.was)} → <strong>${money(it.price)}</strong></span></li>`,
    )}</ul>
  <//>`;
}

/** Returns "3 Dec – 9 Dec" of a line whose last date is included, or one date. */
export function rangeText({ from, to }) {
  return from === to ? day(from, { weekday: true }) : `${day(from)} – ${day(to)}`;
}

function Progress({ done, total, room }) {
  return html`<div role="status"><label class="desk-progress"><span>${t("desk.saving", { done: done + 1, total, room: inLanguage(room.name) })}</span>
    <progress value=${done} max=${total}></progress></label></div>`;
}

/** The error of a call. A call is done as a whole or not at all; those before it stay. */
function Failed({ error, code, room, done, total }) {
  return html`<${FaultLine} error=${error} />
    ${code === "units_below_sold" && html`<p class="small">${t("desk.below_sold_why")}</p>`}
    ${total > 1 && html`<p class="small">${t("desk.stopped_at", { room: inLanguage(room.name), done, total })}</p>`}`;
}
