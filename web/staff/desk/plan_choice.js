// The choice of a rate plan whose prices the calendar shows. Plans of several room types that have one name are one choice.
import "./nights_texts.js";
import { Field } from "../../shared/components.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { allPlans } from "../house/plans.js";

/** Loads the plans of some room types that are switched on, by room type: a Map. */
export function usePlans(rooms) {
  return useLoad(async () => {
    if (!rooms) return undefined;
    const lists = await Promise.all(rooms.map((it) => allPlans(it.room_id)));
    return new Map(rooms.map((it, at) => [it.room_id, lists[at].filter((plan) => plan.enabled)]));
  }, [rooms]);
}

/** Returns the plan of a room type that has this name; null if it has none, undefined if no name is chosen. */
export function planOf(plans, room, name) {
  if (!name || !plans) return undefined;
  return plans.get(room.room_id)?.find((it) => it.name === name) ?? null;
}

export function PlanChoice({ plans, value, onChange }) {
  const names = [...new Set([...(plans?.values() ?? [])].flat().map((it) => it.name))];
  if (names.length === 0) return null;
  return html`<${Field} name="plan" label=${t("nights.prices_of")} value=${value} onInput=${onChange}>
    <option value="">${t("nights.of_calendar")}</option>
    ${names.map((it) => html`<option value=${it} selected=${it === value}>${inLanguage(it)}</option>`)}
  <//>`;
}
