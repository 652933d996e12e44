// The form that takes a number out of use for some nights.
import { Banner, toast } from "../../shared/components.js";
import { addDays, day } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";

export function OutOfOrderForm({ door, hotel, date, onChange, onClose }) {
  const { number } = door;
  const [refused, setRefused] = useState(null);
  const save = async ({ first, last, reason }) => {
    setRefused(null);
    const path = `/api/staff/hotels/${hotel.hotel_id}/numbers/${number}/out-of-order`;
    try {
      await postOnce(api, `out of order ${hotel.hotel_id} ${number}`, path, {
        from: first,
        to: addDays(last, 1),
        reason,
      });
    } catch (error) {
      if (error.status === 409) setRefused(error.body);
      throw error;
    }
    toast(t("board.is_out_of_order", { number }));
    await onChange();
  };
  const fields = [
    { name: "first", label: t("board.first_night"), kind: "date", required: true },
    {
      name: "last",
      label: t("board.last_night"),
      kind: "date",
      required: true,
      check: (value, { first }) => (value < first ? t("board.last_before_first") : null),
    },
    { name: "reason", label: t("board.reason"), kind: "text", required: true, wide: true },
  ];
  return html`<${FormSheet} title=${t("board.break_which", { number })} fields=${fields} values=${{ first: date, last: date }}
    submit=${t("board.put_out_of_order")} kind="danger" onSave=${save} onClose=${onClose}>
    <p>${t("board.break_hint")}</p>
    ${refused && html`<${Banner} tone="warn">${inTheWay(refused)}<//>`}
  <//>`;
}

/** Says what is in the way: sold nights, or the stays that have the number then. */
function inTheWay({ dates = [], order_nos: orders = [] }) {
  if (dates.length > 0)
    return t("board.sold_out_on", {
      days: dates
        .slice(0, 5)
        .map((it) => day(it))
        .join("、"),
    });
  if (orders.length > 0) return t("board.given_to", { orders: orders.map((it) => it.slice(-6)).join("、") });
  return t("board.broken_already");
}
