// The room types of one hotel: prices, units, rules.
import "./plan_texts.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, Field, Loaded, Picture } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useLocation, useState } from "../../vendor/preact.js";
import { AddButton, Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { allHotels } from "./hotels.js";
import { NumbersForm } from "./numbers_form.js";
import { DeleteRoom, RoomForm } from "./room_form.js";

/** `/rooms` shows the first hotel, `/rooms/:hotel_id` that one. */
export function Rooms({ params }) {
  const hotels = useLoad(allHotels);
  const [, go] = useLocation();
  const hotelId = params.hotel_id || hotels.data?.[0]?.hotel_id;
  if (hotels.data && hotelId) {
    return html`<${RoomsOf} key=${hotelId} hotelId=${hotelId} hotels=${hotels.data} choose=${(it) => go(`/rooms/${it}`)} />`;
  }
  return html`<${Page} title=${t("page.rooms")}><${Loaded} from=${hotels}>${() =>
    html`<${Empty} title=${t("house.no_hotels")}><${Link} class="button" href="/hotels">${t("page.hotels")}<//><//>`}<//><//>`;
}

function RoomsOf({ hotelId, hotels, choose }) {
  const rooms = useLoad(() => everything(api, `/api/staff/hotels/${hotelId}/rooms`), [hotelId]);
  const hotel = hotels.find((it) => it.hotel_id === hotelId);
  const [edited, setEdited] = useState(null);
  const [deleted, setDeleted] = useState(null);
  const [numbered, setNumbered] = useState(null);
  const add = html`<${AddButton} onClick=${() => setEdited({})}>${t("house.add_room")}<//>`;
  const calendar = html`<${Link} class="button plain" href="/calendar"><${Icon} name="calendar" size="18" />${t("page.calendar")}<//>`;
  return html`<${Page} title=${t("page.rooms")} actions=${[calendar, add]}>
    <div class="filters"><${Field} label=${t("house.hotel")} onInput=${choose}>
      ${hotels.map((it) => html`<option value=${it.hotel_id} selected=${it.hotel_id === hotelId}>${inLanguage(it.name)}</option>`)}
    <//></div>
    <${Loaded} from=${rooms}>${(items) =>
      items.length
        ? html`<${Table} caption=${t("page.rooms")} rows=${items} rowKey=${(it) => it.room_id} columns=${columns(hotel, setEdited, setDeleted, setNumbered)}
            file=${{ path: `/api/staff/hotels/${hotelId}/rooms` }} />`
        : html`<${Empty} title=${t("house.no_rooms")} picture="search">${add}<//>`}<//>
    ${edited && html`<${RoomForm} room=${edited} hotelId=${hotelId} onClose=${() => setEdited(null)} onSaved=${rooms.reload} />`}
    ${numbered && html`<${NumbersForm} room=${numbered} onClose=${() => setNumbered(null)} onSaved=${rooms.reload} />`}
    ${deleted && html`<${DeleteRoom} room=${deleted} onClose=${() => setDeleted(null)} onDeleted=${rooms.reload} />`}
  <//>`;
}

function columns(hotel, edit, remove, number) {
  return [
    {
      header: t("house.room"),
      cell: (it) =>
        html`<span class="row"><${Picture} src=${it.images[0]} className="thumb" /><span><strong>${inLanguage(it.name)}</strong>${it.day_use && html`<br /><span class="badge calm">${t("house.day_use", it.day_use)}</span>`}</span></span>`,
    },
    { header: t("house.price"), right: true, cell: (it) => money(it.price) },
    {
      header: t("house.list_price"),
      right: true,
      cell: (it) => (it.list_price === null ? "—" : html`<span class="muted">${money(it.list_price)}</span>`),
    },
    { header: t("house.units"), right: true, cell: (it) => it.units },
    { header: t("house.about"), cell: (it) => `${inLanguage(it.bed)} · ${it.area} m²` },
    { header: t("house.sleeps"), cell: sleeps },
    { header: t("house.breakfasts"), right: true, cell: (it) => it.breakfasts },
    { header: t("house.inventory_mode"), cell: (it) => t(`house.mode.${it.inventory_mode}`) },
    { header: t("house.cancel_rule"), cell: (it) => cancelRule(it, hotel) },
    {
      header: t("house.on_sale"),
      cell: (it) =>
        html`<${Badge} tone=${it.on_sale ? "good" : ""}>${t(it.on_sale ? "house.is_on_sale" : "house.is_off_sale")}<//>`,
    },
    {
      header: t("house.actions"),
      quiet: true,
      right: true,
      cell: (it) => html`<span class="presses">
        <${Button} kind="quiet" small aria-label=${`${t("house.edit")} ${inLanguage(it.name)}`} onClick=${() => edit(it)}>${t("house.edit")}<//>
        <${Button} kind="quiet" small aria-label=${`${t("board.numbers")} ${inLanguage(it.name)}`} onClick=${() => number(it)}>${t("board.numbers")} ${it.numbers.length || ""}<//>
        <${Link} class="button quiet small" href=${`/rooms/${hotel?.hotel_id}/plans/${it.room_id}`} aria-label=${`${t("plans.plans")} ${inLanguage(it.name)}`}>${t("plans.plans")}<//>
        <${Button} kind="quiet" small aria-label=${`${t("house.delete")} ${inLanguage(it.name)}`} onClick=${() => remove(it)}>${t("house.delete")}<//></span>`,
    },
  ];
}

function sleeps({ max_adults: adults, max_children: children }) {
  if ((adults ?? null) === null && (children ?? null) === null) return "—";
  const none = t("house.no_limit");
  return t("house.sleeps_some", { adults: adults ?? none, children: children ?? none });
}

/** Returns the cancel rule of a room type, or of a plan, in words. */
export function cancelRule(room, hotel) {
  if (!room.cancel_fee_bp) return t("house.always_free", { at: hotel.day_turns_at });
  const facts = { hours: room.free_cancel_hours, at: hotel.check_in_time, percent: room.cancel_fee_bp / 100 };
  return t("house.free_then_fee", facts);
}
