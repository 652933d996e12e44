// The section of the stay: who comes, when, and into which room.
import "./texts.js";
import { Button, FaultLine, Picture } from "../../shared/components.js";
import { moment, telephoneLink } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { ruleText } from "../../shared/rule.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { Code } from "../parts.js";
import { api } from "../session.js";
import { breakfastsText, guestsOf, payText, planText, roomOf, stayOf } from "./stay_text.js";

export function Stay({ booking }) {
  return html`<section class="card stack">
    <h2>${t("desk.the_stay")}</h2>
    <dl class="facts desk-facts">
      <dt>${t("desk.guest")}</dt><dd><span class="row wrap"><span>${booking.guest_name}</span>${booking.user_id && html`<${Link} class="button quiet small" href=${`/guests/${booking.user_id}`}>${t("desk.to_guest")}<//>`}</span></dd>
      <dt>${t("desk.phone")}</dt><dd><${Phone} key=${booking.order_no} booking=${booking} /></dd>
      <dt>${t("desk.hotel")}</dt><dd>${inLanguage(booking.hotel_name)}</dd>
      <dt>${t("desk.room")}</dt><dd class="row desk-room"><${Picture} src=${booking.image} className="thumb" /><span>${roomOf(booking)}</span></dd>
      ${booking.numbers?.length > 0 && html`<dt>${t("desk.numbers")}</dt><dd class="number">${booking.numbers.join("、")}</dd>`}
      ${booking.bed && html`<dt>${t("desk.bed")}</dt><dd>${inLanguage(booking.bed)}</dd>`}
      ${booking.adults > 0 && html`<dt>${t("desk.guests")}</dt><dd>${guestsOf(booking)}</dd>`}
      ${booking.rate_plan_id && html`<dt>${t("desk.plan")}</dt><dd>${planText(booking)}</dd>`}
      ${booking.rate_plan_id && html`<dt>${t("desk.payment")}</dt><dd>${payText(booking, { now: booking.due_now, later: booking.due_later })}</dd>`}
      ${booking.breakfasts > 0 && html`<dt>${t("desk.breakfast_count")}</dt><dd>${breakfastsText(booking.breakfasts)}</dd>`}
      <dt>${t("desk.stay_dates")}</dt><dd>${stayOf(booking)}</dd>
      <dt>${t("desk.arrival_time")}</dt><dd>${booking.arrival_time ?? t("desk.not_told")}</dd>
      <dt>${t("desk.free_cancel")}</dt><dd>${ruleText(booking, booking.time_zone)}</dd>
      <dt>${t("desk.order_no")}</dt><dd><${Code}>${booking.order_no}<//></dd>
      <dt>${t("desk.booked_at")}</dt><dd>${moment(booking.created_at, { seconds: true })}</dd>
      <dt>${t("desk.source")}</dt><dd>${t(`desk.source.${booking.source}`)}</dd>
    </dl>
  </section>`;
}

/** The number is masked until somebody asks for it: the audit notes each reading. */
function Phone({ booking }) {
  const [whole, setWhole] = useState(null);
  const look = useAction(async () => {
    const read = await api.get(`/api/staff/bookings/${booking.order_no}`);
    setWhole(read.phone_number);
  });
  if (!booking.phone_number) return "—";
  if (whole) return html`<a class="number" href=${telephoneLink(whole)}>${whole}</a>`;
  return html`<span class="row wrap"><span class="number">${booking.phone_number}</span>
    <${Button} kind="quiet" small busy=${look.busy} onClick=${look.run}>${t("desk.show_phone")}<//></span>
    <${FaultLine} error=${look.error} />`;
}
