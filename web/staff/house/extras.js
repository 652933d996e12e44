// The extras of one hotel: what guests can book with a room, and what it costs.
import { postOnce } from "../../shared/idempotency.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, FaultLine, Field, Loaded, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, Link, useLocation, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { AddButton, Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { allHotels } from "./hotels.js";

const PER = ["stay", "night", "guest", "guest_night"];
const NEW = { per: "stay", enabled: true };

/** Returns the extras of a hotel, also those that are switched off. */
export const allExtras = (hotelId) => everything(api, `/api/staff/hotels/${hotelId}/extras`);

/** `/extras` shows the first hotel, `/extras/:hotel_id` that one. */
export function Extras({ params }) {
  const hotels = useLoad(allHotels);
  const [, go] = useLocation();
  const hotelId = params.hotel_id || hotels.data?.[0]?.hotel_id;
  if (hotels.data && hotelId) {
    return html`<${ExtrasOf} key=${hotelId} hotelId=${hotelId} hotels=${hotels.data} choose=${(it) => go(`/extras/${it}`)} />`;
  }
  return html`<${Page} title=${t("page.extras")}><${Loaded} from=${hotels}>${() =>
    html`<${Empty} title=${t("house.no_hotels")}><${Link} class="button" href="/hotels">${t("page.hotels")}<//><//>`}<//><//>`;
}

function ExtrasOf({ hotelId, hotels, choose }) {
  const extras = useLoad(() => allExtras(hotelId), [hotelId]);
  const [edited, setEdited] = useState(null);
  const turn = useAction(async (extra) => {
    try {
      await api.put(pathOf(extra), { ...inputOf(extra), enabled: !extra.enabled, version: extra.version });
      toast(t("house.saved", { name: inLanguage(extra.name) }));
    } finally {
      // Also after a refusal: somebody else may have changed it.
      await extras.reload();
    }
  });
  const add = html`<${AddButton} onClick=${() => setEdited({})}>${t("house.add_extra")}<//>`;
  return html`<${Page} title=${t("page.extras")} actions=${add}>
    <div class="filters"><${Field} label=${t("house.hotel")} onInput=${choose}>
      ${hotels.map((it) => html`<option value=${it.hotel_id} selected=${it.hotel_id === hotelId}>${inLanguage(it.name)}</option>`)}
    <//></div>
    <${FaultLine} error=${turn.error} />
    <${Loaded} from=${extras}>${(items) =>
      items.length
        ? html`<${Table} caption=${t("page.extras")} rows=${items} rowKey=${(it) => it.extra_id} columns=${columns(setEdited, turn)}
            file=${{ path: `/api/staff/hotels/${hotelId}/extras` }} />`
        : html`<${Empty} title=${t("house.no_extras")} picture="search"><p>${t("house.no_extras_hint")}</p>${add}<//>`}<//>
    ${edited && html`<${ExtraForm} extra=${edited} hotelId=${hotelId} onClose=${() => setEdited(null)} onSaved=${extras.reload} />`}
  <//>`;
}

function pathOf({ hotel_id: hotelId, extra_id: extraId }) {
  return `/api/staff/hotels/${hotelId}/extras/${extraId}`;
}

function inputOf({ name, price, per, enabled }) {
  return { name, price, per, enabled };
}

function columns(edit, turn) {
  const press = (key, it) => ({ kind: "quiet", small: true, "aria-label": `${t(key)} ${inLanguage(it.name)}` });
  return [
    { header: t("house.extra"), cell: (it) => html`<strong>${inLanguage(it.name)}</strong>` },
    { header: t("house.price"), right: true, cell: (it) => money(it.price) },
    { header: t("house.per"), cell: (it) => t(`house.per.${it.per}`) },
    {
      header: t("house.on_sale"),
      cell: (it) =>
        html`<${Badge} tone=${it.enabled ? "good" : ""}>${t(it.enabled ? "house.is_on_sale" : "house.is_off_sale")}<//>`,
    },
    {
      header: t("house.actions"),
      quiet: true,
      right: true,
      cell: (it) => {
        const switching = it.enabled ? "house.switch_off" : "house.switch_on";
        return html`<span class="presses">
          <${Button} ...${press("house.edit", it)} onClick=${() => edit(it)}>${t("house.edit")}<//>
          <${Button} ...${press(switching, it)} disabled=${turn.busy} onClick=${() => turn.run(it)}>${t(switching)}<//></span>`;
      },
    },
  ];
}

function ExtraForm({ extra, hotelId, onClose, onSaved }) {
  const isNew = !extra.extra_id;
  const save = async (body, values) => {
    const saved = isNew
      ? await postOnce(api, `extra ${hotelId}`, `/api/staff/hotels/${hotelId}/extras`, body)
      : await api.put(pathOf(extra), { ...body, version: values.version });
    toast(t("house.saved", { name: inLanguage(saved.name) }));
    await onSaved();
  };
  const reload = async () => (await allExtras(hotelId)).find((it) => it.extra_id === extra.extra_id);
  const fields = [
    { name: "name", label: t("house.name"), kind: "text", required: true, wide: true, hint: t("house.bilingual") },
    { name: "price", label: t("house.price"), kind: "yuan", required: true },
    {
      name: "per",
      label: t("house.per"),
      kind: "select",
      required: true,
      options: PER.map((it) => [it, t(`house.per.${it}`)]),
      hint: t("house.per_hint"),
    },
    { name: "enabled", label: t("house.sell_it"), kind: "check", hint: t("house.extra_off_hint") },
  ];
  return html`<${FormSheet} title=${isNew ? t("house.add_extra") : inLanguage(extra.name)} fields=${fields}
    values=${isNew ? NEW : extra} onSave=${save} onClose=${onClose} onReload=${isNew ? undefined : reload} />`;
}
