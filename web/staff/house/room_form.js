// The forms that add, change or delete a room type.
import { postOnce } from "../../shared/idempotency.js";
import "./texts.js";
import { everything, Problem } from "../../shared/api.js";
import { Alert, Confirm, toast } from "../../shared/components.js";
import { day } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";

const NEW = {
  units: 1,
  breakfasts: 0,
  inventory_mode: "on_order",
  free_cancel_hours: 24,
  cancel_fee_bp: 0,
  on_sale: true,
};

export function RoomForm({ room, hotelId, onClose, onSaved }) {
  const isNew = !room.room_id;
  const save = async (body, values) => {
    const whole = { ...bodyOf(body, values), hotel_id: hotelId };
    const saved = isNew
      ? await postOnce(api, "room", "/api/staff/rooms", whole)
      : await api.put(`/api/staff/rooms/${room.room_id}`, { ...whole, version: values.version });
    toast(t(isNew ? "house.room_added" : "house.saved", { name: inLanguage(saved.name) }));
    await onSaved();
  };
  const reload = async () => {
    const rooms = await everything(api, `/api/staff/hotels/${hotelId}/rooms`);
    return valuesOf(rooms.find((it) => it.room_id === room.room_id));
  };
  return html`<${FormSheet} title=${isNew ? t("house.add_room") : inLanguage(room.name)} fields=${fields()}
    values=${valuesOf(isNew ? NEW : room)} onSave=${save} onClose=${onClose} onReload=${isNew ? undefined : reload} />`;
}

/** Returns the values of the form for a room type: those of its day use are fields of their own. */
function valuesOf(room) {
  const { hours, from, to } = room.day_use ?? {};
  return { ...room, by_hour: Boolean(room.day_use), "day_use.hours": hours, "day_use.from": from, "day_use.to": to };
}

/** Returns what is sent for what was typed. */
function bodyOf({ by_hour: byHour, ...typed }, before) {
  const parts = Object.entries(typed);
  const [uses, others] = [true, false].map((isUse) => parts.filter(([name]) => name.startsWith("day_use.") === isUse));
  const use = Object.fromEntries(uses.map(([name, value]) => [name.slice("day_use.".length), value]));
  const body = Object.fromEntries(others);
  // What is not sent stays as it is: null ends a day use that was there.
  if (byHour) body.day_use = use;
  else if (before.day_use) body.day_use = null;
  return body;
}

/** The fields of a room type that is sold by the hour. */
function dayUseFields() {
  const when = ({ by_hour: byHour }) => byHour;
  return [
    { name: "by_hour", label: t("house.by_hour"), kind: "check", hint: t("house.by_hour_hint") },
    {
      name: "day_use.hours",
      label: t("house.day_use_hours"),
      kind: "number",
      required: true,
      when,
      check: (hours) => (Number.isInteger(hours) && hours >= 1 && hours <= 23 ? null : t("house.day_use_hours_wrong")),
    },
    { name: "day_use.from", label: t("house.day_use_from"), kind: "hour", required: true, when },
    {
      name: "day_use.to",
      label: t("house.day_use_to"),
      kind: "hour",
      required: true,
      when,
      hint: t("house.day_use_hint"),
    },
  ];
}

function fields() {
  const modes = ["on_order", "on_payment", "unlimited"].map((it) => [it, t(`house.mode.${it}`)]);
  return [
    { name: "name", label: t("house.name"), kind: "text", required: true, wide: true, hint: t("house.bilingual") },
    { name: "price", label: t("house.price"), kind: "yuan", required: true, hint: t("house.price_hint") },
    { name: "list_price", label: t("house.list_price"), kind: "yuan", hint: t("house.list_price_hint") },
    { name: "units", label: t("house.units"), kind: "number", required: true, hint: t("house.units_hint") },
    { name: "area", label: t("house.area"), kind: "number", required: true },
    { name: "bed", label: t("house.bed"), kind: "text", required: true },
    { name: "breakfasts", label: t("house.breakfasts"), kind: "number" },
    { name: "max_adults", label: t("house.max_adults"), kind: "number", clears: true, hint: t("house.max_hint") },
    { name: "max_children", label: t("house.max_children"), kind: "number", clears: true, hint: t("house.max_hint") },
    {
      name: "included_adults",
      label: t("house.included_adults"),
      kind: "number",
      clears: true,
      hint: t("house.included_hint"),
      wide: true,
    },
    {
      name: "extra_adult_price",
      label: t("house.extra_adult_price"),
      kind: "yuan",
      clears: true,
      hint: t("house.extra_price_hint"),
    },
    {
      name: "extra_child_price",
      label: t("house.extra_child_price"),
      kind: "yuan",
      clears: true,
      hint: t("house.extra_price_hint"),
    },
    ...dayUseFields(),
    {
      name: "inventory_mode",
      label: t("house.inventory_mode"),
      kind: "select",
      required: true,
      options: modes,
      hint: t("house.mode_hint"),
      wide: true,
    },
    {
      name: "free_cancel_hours",
      label: t("house.free_cancel_hours"),
      kind: "number",
      hint: t("house.free_cancel_hint"),
    },
    { name: "cancel_fee_bp", label: t("house.cancel_fee"), kind: "percent", hint: t("house.cancel_fee_hint") },
    { name: "on_sale", label: t("house.sell_it"), kind: "check" },
    { name: "images", label: t("house.images"), kind: "images" },
    { name: "description", label: t("house.description"), kind: "text", multiline: true },
  ];
}

/** Asks before a room type is deleted. It says if booked nights prevent that. */
export function DeleteRoom({ room, onClose, onDeleted }) {
  const act = useAction(async () => {
    await api.delete(`/api/staff/rooms/${room.room_id}`);
    toast(t("house.deleted", { name: inLanguage(room.name) }));
    onClose();
    await onDeleted();
  });
  const ahead = act.error instanceof Problem && act.error.code === "stays_ahead" ? act.error.body.dates : null;
  return html`<${Confirm} title=${t("house.delete_room", { name: inLanguage(room.name) })} action=${t("house.delete")} busy=${act.busy}
    error=${ahead ? null : act.error} onConfirm=${act.run} onClose=${onClose}>
    <p>${t("house.delete_warning")}</p>
    ${ahead && html`<${Alert} of=${act.error}>${t("house.stays_ahead", { count: ahead.length, first: day(ahead.toSorted()[0], { year: true }) })}<//>`}
  <//>`;
}
