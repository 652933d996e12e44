// The sheet that cancels a booking: for the fee by its rule, or for less.
import { Banner } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { feeNow, ruleText } from "../../shared/rule.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { keptText } from "./kept.js";
import { making, stillOpen } from "./making.js";
import { readOwed } from "./reading.js";
import { stayOf } from "./stay_text.js";

export function CancelSheet(props) {
  const { booking, ask } = props;
  // The fee is always sent: the rule may take one a moment after the sheet has said that cancelling is free.
  const save = making(props, async ({ reason, fee = 0 }) => {
    const path = `/api/staff/bookings/${booking.order_no}/cancellation`;
    await postOnce(api, `cancel ${booking.order_no}`, path, { reason, fee });
    return "moves.cancelled";
  });
  return html`<${FormSheet} title=${t("moves.cancel_whom", { name: booking.guest_name })} fields=${fields()} values=${{}} kind="danger"
    propose=${(found) => ({ fee: feeNow(found) })} submit=${t("moves.cancel")} onSave=${save} onClose=${() => ask(null)}
    says=${whatCancellingDoes}
    ...${stillOpen("cancel", props)} read=${() => readOwed(booking.order_no)}>
    ${(found) => html`<p>${t("moves.cancel_ask")}</p>
      <p class="muted small"><span class="number">${stayOf(found)}</span><br />${ruleText(found, found.time_zone)}</p>`}
  <//>`;
}

function whatCancellingDoes({ fee = 0 }, found) {
  return fee > feeNow(found) ? null : html`<${Banner}>${keptText(found, fee)}<//>`;
}

function fields() {
  return [
    {
      name: "fee",
      label: t("moves.fee"),
      kind: "yuan",
      required: true,
      hint: t("moves.fee_hint"),
      when: (_, found) => found && feeNow(found) > 0,
      check: (fee, _, found) => (fee > feeNow(found) ? t("moves.fee_most", { most: money(feeNow(found)) }) : null),
    },
    {
      name: "reason",
      label: t("moves.reason"),
      kind: "text",
      required: true,
      hint: t("moves.cancel_hint"),
      focus: true,
    },
  ];
}
