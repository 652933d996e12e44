// The folio of a stay: what is owed and what was paid, line by line, and the sheet that adds a line.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, toast } from "../../shared/components.js";
import { balanceOf, lineText } from "../../shared/folio/lines.js";
import { moment, money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t, textOr } from "../../shared/language.js";
import { actorText } from "../../shared/reasons.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { api } from "../session.js";
import { findBooking } from "./reading.js";

const KINDS = ["extra", "fee", "adjustment"];
/** The states in which the folio takes lines of staff (API: `folio_closed`), and the desk takes money. */
export const OPEN = new Set(["reserved", "paid", "checked_in", "finished", "no_show"]);
const GUEST = /^U[0-9A-Z]{26}$/;

/** Whether a guest did something, not staff and not the system. */
export const isGuest = (by) => GUEST.test(by);

export function Folio({ booking, folio, onChange }) {
  const [adding, setAdding] = useState(false);
  const [label, balance] = balanceOf(folio);
  return html`<section class="card stack" aria-labelledby="folio">
    <div class="row between wrap"><h2 id="folio">${t("folio.title")}</h2>
      ${OPEN.has(booking.status) && html`<${Button} kind="plain" small onClick=${() => setAdding(true)}>${t("desk.add_line")}<//>`}</div>
    <table class="desk-sums">
      <thead><tr><th scope="col">${t("desk.line")}</th><th scope="col" class="right">${t("desk.amount")}</th></tr></thead>
      <tbody>${folio.lines.map(
        (it) => html`<tr key=${it.line_id}><td>${lineText(it)}<br />
          <small class="muted number">${aboutOf(it)}</small></td><td class="right">${money(it.amount)}</td></tr>`,
      )}</tbody>
      <tfoot>
        <tr><th scope="row">${t("folio.charges")}</th><td class="right">${money(folio.charges)}</td></tr>
        ${folio.tax !== null && html`<tr><th scope="row" class="muted">${t("folio.tax", { percent: folio.tax_rate_bp / 100 })}</th><td class="right muted">${money(folio.tax)}</td></tr>`}
        <tr><th scope="row">${t("folio.paid")}</th><td class="right">${money(-folio.paid)}</td></tr>
        <tr class="total"><th scope="row">${label}</th><td class="right">${money(balance)}</td></tr>
      </tfoot>
    </table>
    ${adding && html`<${AddLine} booking=${booking} onClose=${() => setAdding(false)} onSaved=${onChange} />`}
  </section>`;
}

/** Returns the kind of a line, the way of a refund, what was noted of a payment, when it was added and by whom. */
export function aboutOf({ kind, method, reference, at, by }) {
  const who = isGuest(by) ? t("desk.guest") : actorText(by);
  const way = kind === "refund" && method && textOr(`folio.method.${method}`, method);
  return [textOr(`folio.kind.${kind}`, kind), way, reference, moment(at), who].filter(Boolean).join(" · ");
}

function AddLine({ booking, onClose, onSaved }) {
  const extras = useLoad(() => everything(api, `/api/staff/hotels/${booking.hotel_id}/extras`), [booking.hotel_id]);
  const save = async ({ sign, ...body }) => {
    const amount = sign === "less" ? -body.amount : body.amount;
    const path = `/api/staff/bookings/${booking.order_no}/folio-lines`;
    const line = await postOnce(api, `folio line ${booking.order_no}`, path, { ...body, amount });
    toast(t("desk.line_added", { amount: money(line.amount) }));
    await onSaved();
  };
  const obstacle = (now) =>
    OPEN.has(now?.status) ? null : t("changed_to", { status: textOr(`status.${now?.status}`, "—") });
  return html`<${FormSheet} title=${t("desk.add_line")} fields=${fields(extras.data ?? [])} values=${{ kind: "fee", quantity: 1, sign: "less" }}
    onSave=${save} onClose=${onClose} submit=${t("desk.add_it")} read=${() => findBooking(booking.order_no)} obstacle=${obstacle}>
    ${(now) => html`<p>${balanceOf(now)[0]} <strong class="number">${money(balanceOf(now)[1])}</strong></p>`}<//>`;
}

/** Extras that are switched off can be charged too: the guest may have had one that is not sold any more. */
function fields(extras) {
  const chosen = (...kinds) => ({
    when: ({ kind }) => kinds.includes(kind),
  });
  return [
    {
      name: "kind",
      label: t("desk.line_kind"),
      kind: "select",
      required: true,
      options: KINDS.map((it) => [it, t(`folio.kind.${it}`)]),
      wide: true,
    },
    {
      name: "extra_id",
      label: t("desk.line_extra"),
      kind: "select",
      required: true,
      options: [["", "—"], ...extras.map((it) => [it.extra_id, extraText(it)])],
      hint: t("desk.line_extra_hint"),
      wide: true,
      ...chosen("extra"),
    },
    { name: "quantity", label: t("desk.line_quantity"), kind: "number", required: true, least: 1, ...chosen("extra") },
    {
      name: "sign",
      label: t("desk.line_sign"),
      kind: "select",
      required: true,
      options: ["less", "more"].map((it) => [it, t(`desk.line_${it}`)]),
      ...chosen("adjustment"),
    },
    {
      name: "amount",
      label: t("desk.amount_plain"),
      kind: "yuan",
      required: true,
      least: 1,
      ...chosen("fee", "adjustment"),
    },
    {
      name: "description",
      label: t("desk.line_for"),
      kind: "text",
      required: true,
      hint: t("desk.line_for_hint"),
      wide: true,
      ...chosen("fee", "adjustment"),
    },
  ];
}

function extraText({ name, price, per }) {
  return `${inLanguage(name)} · ${money(price)} ${t(`desk.per.${per}`)}`;
}
