// The hotels. Admins add and change them; staff see their own.
import { postOnce } from "../../shared/idempotency.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, Loaded, Picture, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { cityName, inLanguage, t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { AddButton, Badge } from "../parts.js";
import { api, isAdmin } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

const HOURS = { check_in_time: "14:00", check_out_time: "12:00", day_turns_at: "06:00" };
const STATE_TONES = { open: "good", opening_soon: "warn", closed: "" };

export const allHotels = () => everything(api, "/api/staff/hotels");

export function Hotels() {
  const hotels = useLoad(allHotels);
  const [edited, setEdited] = useState(null);
  const add = isAdmin() && html`<${AddButton} onClick=${() => setEdited({})}>${t("house.add_hotel")}<//>`;
  return html`<${Page} title=${t("page.hotels")} actions=${add}>
    <${Loaded} from=${hotels}>${(items) =>
      items.length
        ? html`<${Table} caption=${t("page.hotels")} rows=${items} rowKey=${(it) => it.hotel_id} file=${{ path: "/api/staff/hotels" }}
            link=${(it) => `/rooms/${it.hotel_id}`} columns=${columns(setEdited)} />`
        : html`<${Empty} title=${t("house.no_hotels")}>${add || html`<p>${t("house.ask_admin")}</p>`}<//>`}<//>
    ${edited && html`<${HotelForm} hotel=${edited} onClose=${() => setEdited(null)} onSaved=${hotels.reload} />`}
  <//>`;
}

function columns(edit) {
  const shown = [
    {
      header: t("house.hotel"),
      cell: (it) =>
        html`<span class="row"><${Picture} src=${it.avatar || it.images[0]} className="thumb" />${inLanguage(it.name)}</span>`,
    },
    { header: t("house.city"), cell: (it) => cityName(it.city) },
    { header: t("house.phone"), cell: (it) => html`<span class="number">${it.phone}</span>` },
    {
      header: t("house.opening_state"),
      cell: (it) => html`<${Badge} tone=${STATE_TONES[it.opening_state]}>${t(`house.state.${it.opening_state}`)}<//>`,
    },
    {
      header: t("house.from_price"),
      right: true,
      cell: (it) =>
        it.from_price === null ? html`<span class="muted">${t("house.no_rooms_yet")}</span>` : money(it.from_price),
    },
    { header: t("house.tax_number"), cell: (it) => taxOf(it) },
    { header: t("house.sort_order"), right: true, cell: (it) => it.sort_order },
  ];
  const press = {
    header: t("house.actions"),
    quiet: true,
    right: true,
    cell: (
      it,
    ) => html`<span class="presses"><${Link} class="button quiet small" href=${`/rooms/${it.hotel_id}`}>${t("page.rooms")}<//>
      ${isAdmin() && html`<${Button} kind="quiet" small aria-label=${`${t("house.edit")} ${inLanguage(it.name)}`} onClick=${() => edit(it)}>${t("house.edit")}<//>`}</span>`,
  };
  return [...shown, press];
}

/** Returns "91510104MA6C1X2B3D, 6%"; a dash where nothing is known. */
function taxOf({ tax_number: number, tax_rate_bp: rate }) {
  const known = [number, rate !== null && `${rate / 100}%`].filter(Boolean);
  return html`<span class="number">${known.join(", ") || "—"}</span>`;
}

function HotelForm({ hotel, onClose, onSaved }) {
  const isNew = !hotel.hotel_id;
  const save = async (body, values) => {
    const saved = isNew
      ? await postOnce(api, "hotel", "/api/staff/hotels", body)
      : await api.put(`/api/staff/hotels/${hotel.hotel_id}`, { ...body, version: values.version });
    toast(t("house.saved", { name: inLanguage(saved.name) }));
    await onSaved();
  };
  const reload = async () => (await allHotels()).find((it) => it.hotel_id === hotel.hotel_id);
  const values = isNew ? { opening_state: "opening_soon", time_zone: "Asia/Shanghai", ...HOURS, sort_order: 0 } : hotel;
  return html`<${FormSheet} title=${isNew ? t("house.add_hotel") : inLanguage(hotel.name)} fields=${fields()} values=${values}
    onSave=${save} onClose=${onClose} onReload=${isNew ? undefined : reload} />`;
}

function fields() {
  const states = ["open", "opening_soon", "closed"].map((it) => [it, t(`house.state.${it}`)]);
  return [
    { name: "name", label: t("house.name"), kind: "text", required: true, wide: true, hint: t("house.bilingual") },
    { name: "city", label: t("house.city"), kind: "text", required: true },
    { name: "phone", label: t("house.phone"), kind: "text", required: true, hint: t("house.phone_hint") },
    { name: "address", label: t("house.address"), kind: "text", required: true, wide: true },
    { name: "latitude", label: t("house.latitude"), kind: "number", required: true },
    { name: "longitude", label: t("house.longitude"), kind: "number", required: true },
    {
      name: "opening_state",
      label: t("house.opening_state"),
      kind: "select",
      required: true,
      options: states,
      hint: t("house.opening_hint"),
    },
    { name: "time_zone", label: t("house.time_zone"), kind: "text", required: true, hint: t("house.time_zone_hint") },
    {
      name: "check_in_time",
      label: t("house.check_in_time"),
      kind: "hour",
      required: true,
      hint: t("house.check_in_hint"),
    },
    { name: "check_out_time", label: t("house.check_out_time"), kind: "hour", required: true },
    {
      name: "day_turns_at",
      label: t("house.day_turns_at"),
      kind: "hour",
      required: true,
      hint: t("house.day_turns_hint"),
    },
    {
      name: "tax_number",
      label: t("house.tax_number"),
      kind: "text",
      clears: true,
      hint: t("house.tax_number_hint"),
    },
    { name: "tax_rate_bp", label: t("house.tax_rate"), kind: "percent", clears: true, hint: t("house.tax_rate_hint") },
    { name: "auto_no_show", label: t("house.auto_no_show"), kind: "check", hint: t("house.auto_no_show_hint") },
    { name: "tags", label: t("house.tags"), kind: "tags", hint: t("house.tags_hint") },
    { name: "sort_order", label: t("house.sort_order"), kind: "number", hint: t("house.sort_hint") },
    { name: "avatar", label: t("house.avatar"), kind: "image" },
    { name: "images", label: t("house.images"), kind: "images" },
    { name: "description", label: t("house.description"), kind: "text", multiline: true },
  ];
}
