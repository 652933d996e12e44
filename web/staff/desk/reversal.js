// The sheet that takes a check-in back on the same business date.
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { making, stillOpen } from "./making.js";

export function ReversalSheet(props) {
  const { booking, ask } = props;
  const save = making(props, async (body) => {
    const path = `/api/staff/bookings/${booking.order_no}/check-in-reversal`;
    await postOnce(api, `reversal ${booking.order_no}`, path, body);
    return "moves.reversed";
  });
  const reason = { name: "reason", label: t("moves.reason"), kind: "text", required: true, wide: true, focus: true };
  return html`<${FormSheet} title=${t("moves.reverse_whom", { name: booking.guest_name })} fields=${[reason]} values=${{}}
    submit=${t("moves.reverse")} onSave=${save} onClose=${() => ask(null)} ...${stillOpen("reversal", props)}>
    ${(found) => html`<p>${t("moves.reverse_ask", { status: t(`status.${before(found)}`) })}</p>`}
  <//>`;
}

/** Returns the state before the guest was checked in. */
function before({ timeline }) {
  return timeline[timeline.findLastIndex((it) => it.status === "checked_in") - 1].status;
}
