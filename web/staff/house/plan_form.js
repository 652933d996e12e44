// The form of a rate plan: what it makes of the price, how it is cancelled and paid, and who may have it when.
import "./plan_texts.js";
import "./texts.js";
import { toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { EVERY_DAY, weekdayName } from "../desk/nights_fields.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { dueNow, nightPrice, rawPrice } from "./plan_price.js";

const PAYMENTS = ["full", "deposit", "at_hotel"];
const LEVELS = ["member", "silver", "gold", "diamond"];
const WAYS = ["as_room", "never", "hours"];
/** What the API calls a plan's fields, but those that the form has in parts. */
const SAME = [
  "name",
  "adjustment_bp",
  "adjustment",
  "breakfasts",
  "cancel_fee_bp",
  "min_stay",
  "min_level",
  "payment",
  "deposit_bp",
  "valid_from",
  "valid_to",
  "enabled",
];

export function pathOf({ room_id: roomId, rate_plan_id: planId }) {
  return `/api/staff/rooms/${roomId}/rate-plans/${planId}`;
}

/** Returns a plan as the API takes it: a PUT replaces all fields, and what is not sent is not there. */
export function inputOf(plan) {
  return bodyOf(valuesOf(plan));
}

/** Returns the values of the form for a plan. */
function valuesOf(plan) {
  const hours = plan.free_cancel_hours;
  return {
    ...plan,
    cancelling: hours === undefined ? "as_room" : hours === null ? "never" : "hours",
    weekdays: plan.weekdays ?? [],
    "days_ahead.min": plan.days_ahead?.min,
    "days_ahead.max": plan.days_ahead?.max,
  };
}

/** Returns what is sent for what was typed. */
function bodyOf(typed) {
  const given = (value) => value !== undefined && value !== null && value !== "";
  const body = Object.fromEntries(SAME.filter((name) => given(typed[name])).map((name) => [name, typed[name]]));
  if (typed.cancelling === "never") body.free_cancel_hours = null;
  if (typed.cancelling === "hours") body.free_cancel_hours = typed.free_cancel_hours;
  const ahead = { min: typed["days_ahead.min"], max: typed["days_ahead.max"] };
  const bounds = Object.fromEntries(Object.entries(ahead).filter(([, value]) => given(value)));
  if (Object.keys(bounds).length > 0) body.days_ahead = bounds;
  // All days of the week are no condition.
  const days = typed.weekdays ?? [];
  if (days.length > 0 && days.length < EVERY_DAY.length) body.weekdays = days.toSorted();
  return body;
}

/** `plan` is a plan, or `{}` for a new one; `read` returns all plans of the room type. */
export function PlanForm({ plan, room, onClose, onSaved, read }) {
  const isNew = !plan.rate_plan_id;
  const { breakfasts, cancel_fee_bp } = room;
  const first = isNew ? { breakfasts, cancel_fee_bp, payment: "full", enabled: true } : plan;
  const save = async (typed, values) => {
    const body = bodyOf(typed);
    const saved = isNew
      ? await postOnce(api, `rate plan ${room.room_id}`, `/api/staff/rooms/${room.room_id}/rate-plans`, body)
      : await api.put(pathOf(plan), { ...body, version: values.version });
    toast(t("house.saved", { name: inLanguage(saved.name) }));
    await onSaved();
  };
  const reload = async () => valuesOf((await read()).find((it) => it.rate_plan_id === plan.rate_plan_id) ?? plan);
  return html`<${FormSheet} title=${isNew ? t("plans.add") : inLanguage(plan.name)} fields=${fieldsFor(room)} values=${valuesOf(first)}
    onSave=${save} onClose=${onClose} onReload=${isNew ? undefined : reload} says=${(typed) => html`<${Example} typed=${typed} room=${room} />`} />`;
}

/** What a night costs by what is typed, and what of it is paid when. */
function Example({ typed, room }) {
  if (typed.payment === "deposit" && !typed.deposit_bp) return null;
  if (rawPrice(typed, room.price) < 1) return null;
  const price = nightPrice(typed, room.price);
  const now = dueNow(typed, price);
  const paid = t(`plans.example_${typed.payment}`, { now: money(now), later: money(price - now) });
  return html`<p class="banner plan-example">${t("plans.example_night", { before: money(room.price), after: money(price) })}<br />${paid}</p>`;
}

function fieldsFor(room) {
  return [
    { name: "name", label: t("house.name"), kind: "text", required: true, wide: true, hint: t("plans.name_hint") },
    ...priceFields(room),
    ...payFields(),
    ...cancelFields(),
    ...conditionFields(),
    { name: "enabled", label: t("plans.sell_it"), kind: "check", hint: t("plans.off_hint") },
  ];
}

function priceFields(room) {
  const low = (body) => (rawPrice(body, room.price) < 1 ? t("form.night_free") : null);
  return [
    {
      name: "adjustment_bp",
      label: t("plans.percent"),
      kind: "percent",
      hint: t("plans.percent_hint"),
      check: (bp) => (bp > -10_000 ? null : t("form.night_free")),
    },
    {
      name: "adjustment",
      label: t("plans.amount"),
      kind: "signed_yuan",
      hint: t("plans.amount_hint"),
      check: (adjustment, body) => low({ ...body, adjustment }),
    },
    { name: "breakfasts", label: t("plans.breakfasts"), kind: "number", required: true },
  ];
}

function payFields() {
  return [
    {
      name: "payment",
      label: t("plans.payment"),
      kind: "select",
      required: true,
      options: PAYMENTS.map((it) => [it, t(`plans.payment.${it}`)]),
    },
    {
      name: "deposit_bp",
      label: t("plans.deposit"),
      kind: "percent",
      required: true,
      hint: t("plans.deposit_hint"),
      when: ({ payment }) => payment === "deposit",
      check: (bp) => (bp >= 1 && bp <= 9999 ? null : t("plans.deposit_wrong")),
    },
  ];
}

function cancelFields() {
  return [
    {
      name: "cancelling",
      label: t("plans.cancelling"),
      kind: "select",
      required: true,
      options: WAYS.map((it) => [it, t(`plans.cancel.${it}`)]),
    },
    {
      name: "free_cancel_hours",
      label: t("plans.hours"),
      kind: "number",
      required: true,
      least: 0,
      when: ({ cancelling }) => cancelling === "hours",
    },
    { name: "cancel_fee_bp", label: t("plans.fee"), kind: "percent", required: true, hint: t("plans.fee_hint") },
  ];
}

function conditionFields() {
  const levels = [["", t("plans.level.any")], ...LEVELS.map((it) => [it, t(`plans.level.${it}`)])];
  const days = { kind: "number", least: 0 };
  return [
    { name: "min_stay", label: t("plans.min_stay"), kind: "number", least: 1 },
    { name: "days_ahead.min", label: t("plans.days_least"), ...days, hint: t("plans.days_hint") },
    {
      name: "days_ahead.max",
      label: t("plans.days_most"),
      ...days,
      check: (most, body) => (most < (body["days_ahead.min"] ?? 0) ? t("form.least_above_most") : null),
    },
    { name: "min_level", label: t("plans.level"), kind: "select", options: levels, hint: t("plans.level_hint") },
    {
      name: "weekdays",
      label: t("plans.weekdays"),
      kind: "choices",
      options: EVERY_DAY.map((it) => [it, weekdayName(it)]),
      hint: t("plans.weekdays_hint"),
    },
    { name: "valid_from", label: t("plans.first_night"), kind: "date" },
    {
      name: "valid_to",
      label: t("plans.last_night"),
      kind: "date",
      check: (to, body) => (to < (body.valid_from ?? to) ? t("form.ends_first") : null),
    },
  ];
}
