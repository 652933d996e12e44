// The sheet that marks a guest as a no-show.
import { Banner } from "../../shared/components.js";
import { day, nightsBetween } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { lateFee } from "../../shared/rule.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { keptText } from "./kept.js";
import { making, stillOpen } from "./making.js";
import { readOwed } from "./reading.js";

export function NoShowSheet(props) {
  const { booking, now, ask } = props;
  const save = making(props, async () => {
    await postOnce(api, `no-show ${booking.order_no}`, `/api/staff/bookings/${booking.order_no}/no-show`);
    return "desk.noted_no_show";
  });
  return html`<${FormSheet} title=${t("desk.no_show_whom", { name: booking.guest_name })} fields=${[]} values=${{}} kind="danger"
    submit=${t("desk.no_show")} onSave=${save} onClose=${() => ask(null)} ...${stillOpen("no_show", props)} read=${() => readOwed(booking.order_no)}>
    ${(found) => {
      const left = Math.max(0, nightsBetween(now, found.check_out));
      return html`<p>${t("desk.no_show_ask", { day: day(found.check_in) })}</p>
        <p>${keptText(found, lateFee(found))}</p>
        ${left > 0 && html`<${Banner} tone="warn">${t("desk.no_show_frees", { count: left })}<//>`}`;
    }}
  <//>`;
}
