// The rate plans of one room type: the ways in which it is sold, and what each of them makes of the calendar's price.
import "../desk/texts.js";
import "./plan_texts.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, FaultLine, Loaded, toast } from "../../shared/components.js";
import { day, money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { weekdayName } from "../desk/nights_fields.js";
import { AddButton, Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { allHotels } from "./hotels.js";
import { inputOf, PlanForm, pathOf } from "./plan_form.js";
import { nightPrice } from "./plan_price.js";
import { cancelRule } from "./rooms.js";

/** Returns the plans of a room type, also those that are switched off. */
export const allPlans = (roomId) => everything(api, `/api/staff/rooms/${roomId}/rate-plans`);

/** `/rooms/:hotel_id/plans/:room_id` */
export function Plans({ params: { hotel_id: hotelId, room_id: roomId } }) {
  const from = useLoad(async () => {
    const [hotels, rooms, plans] = await Promise.all([
      allHotels(),
      everything(api, `/api/staff/hotels/${hotelId}/rooms`),
      allPlans(roomId),
    ]);
    const [hotel, room] = [hotels.find((it) => it.hotel_id === hotelId), rooms.find((it) => it.room_id === roomId)];
    return hotel && room ? { hotel, room, plans } : null;
  }, [hotelId, roomId]);
  const [edited, setEdited] = useState(null);
  const turn = useAction(async (plan) => {
    try {
      await api.put(pathOf(plan), { ...inputOf(plan), enabled: !plan.enabled, version: plan.version });
      toast(t("house.saved", { name: inLanguage(plan.name) }));
    } finally {
      // Also after a refusal: somebody else may have changed it.
      await from.reload();
    }
  });
  const room = from.data?.room;
  const add = room && html`<${AddButton} onClick=${() => setEdited({})}>${t("plans.add")}<//>`;
  const title = room ? t("plans.of_room", { room: inLanguage(room.name) }) : t("plans.plans");
  return html`<${Page} title=${title} back=${`/rooms/${hotelId}`} actions=${add}>
    <${FaultLine} error=${turn.error} />
    <${Loaded} from=${from}>${(data) => {
      if (!data) return html`<${Empty} title=${t("plans.unknown_room")} />`;
      return html`<${Table} caption=${title} rows=${[standardOf(room), ...data.plans]} rowKey=${(it) => it.rate_plan_id ?? "standard"}
          columns=${columns(data, setEdited, turn)} file=${{ path: `/api/staff/rooms/${roomId}/rate-plans` }} />
        ${data.plans.length === 0 && html`<${Empty} title=${t("plans.none")} picture="search"><p>${t("plans.none_hint")}</p>${add}<//>`}`;
    }}<//>
    ${edited && html`<${PlanForm} plan=${edited} room=${room} onClose=${() => setEdited(null)} onSaved=${from.reload} read=${() => allPlans(roomId)} />`}
  <//>`;
}

/** Returns the plan that is none, as a row: the room type's own price and rule. */
function standardOf({ breakfasts, cancel_fee_bp }) {
  return { name: t("plans.standard"), breakfasts, cancel_fee_bp, payment: "full", enabled: true };
}

function columns({ room, hotel }, edit, turn) {
  const press = (key, it) => ({ kind: "quiet", small: true, "aria-label": `${t(key)} ${inLanguage(it.name)}` });
  return [
    {
      header: t("plans.plan"),
      cell: (it) => html`<strong>${inLanguage(it.name)}</strong>`,
    },
    {
      header: t("plans.price"),
      wrap: true,
      cell: (it) => html`<${PriceCell} plan=${it} room=${room} />`,
    },
    { header: t("house.breakfasts"), right: true, cell: (it) => it.breakfasts },
    { header: t("plans.payment"), wrap: true, cell: paymentText },
    { header: t("house.cancel_rule"), wrap: true, cell: (it) => cancelText(it, room, hotel) },
    { header: t("plans.conditions"), wrap: true, cell: (it) => conditionsOf(it).join(t("desk.comma")) || "—" },
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
        if (!it.rate_plan_id) return null;
        const switching = it.enabled ? "house.switch_off" : "house.switch_on";
        return html`<span class="presses">
          <${Button} ...${press("house.edit", it)} onClick=${() => edit(it)}>${t("house.edit")}<//>
          <${Button} ...${press(switching, it)} disabled=${turn.busy} onClick=${() => turn.run(it)}>${t(switching)}<//></span>`;
      },
    },
  ];
}

function PriceCell({ plan, room }) {
  if (!plan.rate_plan_id) return html`${t("plans.standard_hint")}`;
  return html`<span class="number">${ruleText(plan)}</span><br />
    <small class="muted number">${t("plans.price_now", { before: money(room.price), after: money(nightPrice(plan, room.price)) })}</small>`;
}

/** Returns "−10% +¥30". */
function ruleText({ adjustment_bp: bp, adjustment }) {
  const sign = (value) => (value > 0 ? "+" : "−");
  const parts = [
    bp && `${sign(bp)}${Math.abs(bp) / 100}%`,
    adjustment && `${sign(adjustment)}${money(Math.abs(adjustment))}`,
  ];
  return parts.filter(Boolean).join(" ") || t("plans.same_price");
}

function paymentText({ payment, deposit_bp: bp }) {
  return payment === "deposit" ? t("plans.deposit_of", { percent: bp / 100 }) : t(`plans.payment.${payment}`);
}

function cancelText(plan, room, hotel) {
  const fee = Math.max(plan.cancel_fee_bp, plan.deposit_bp ?? 0);
  if (plan.free_cancel_hours === null && fee > 0) return t("plans.never_free", { percent: fee / 100 });
  return cancelRule({ cancel_fee_bp: fee, free_cancel_hours: plan.free_cancel_hours ?? room.free_cancel_hours }, hotel);
}

/** Returns what a plan asks for, in words. */
function conditionsOf(plan) {
  const { min, max } = plan.days_ahead ?? {};
  return [
    plan.min_stay > 1 && t("plans.nights_least", { count: plan.min_stay }),
    min > 0 && t("plans.ahead_least", { count: min }),
    (max ?? null) !== null && t("plans.ahead_most", { count: max }),
    plan.weekdays?.length > 0 && plan.weekdays.map(weekdayName).join(" "),
    plan.min_level && t("plans.level_from", { level: t(`plans.level.${plan.min_level}`) }),
    validText(plan),
  ].filter(Boolean);
}

function validText({ valid_from: from, valid_to: to }) {
  const dates = { from: from && day(from, { year: true }), to: to && day(to, { year: true }) };
  if (from && to) return t("plans.during", dates);
  if (from) return t("plans.since", dates);
  return to && t("plans.until", dates);
}
