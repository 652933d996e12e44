// The forms that note an invoice's number, and the number of what corrects it.
import "./texts.js";
import { toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { Code, Facts } from "../parts.js";
import { api } from "../session.js";

const NUMBER = /^[0-9A-Za-z-]{1,40}$/;

/** The number of an invoice that staff have written in their tax system. */
export function IssueForm({ invoice, onClose, onSaved }) {
  const { title, tax_number: taxNumber, email, subject, amount } = invoice;
  return html`<${NumberForm} of="issue" amount=${amount} invoice=${invoice} path="issued" onClose=${onClose} onSaved=${onSaved}>
    <${Facts} facts=${[
      [t("invoices.buyer"), title],
      [t("invoices.tax_number"), taxNumber && html`<${Code}>${taxNumber}<//>`],
      [t("invoices.email"), email],
      [t("invoices.subject"), inLanguage(subject)],
      [t("invoices.amount"), money(amount)],
    ]} /><//>`;
}

/** The number of the invoice that takes off what went back since the first was issued. */
export function CorrectForm({ invoice, onClose, onSaved }) {
  const { number, amount, to_correct: toCorrect, title } = invoice;
  return html`<${NumberForm} of="correct" amount=${toCorrect} invoice=${invoice} path="corrected" onClose=${onClose} onSaved=${onSaved}>
    <p>${t("invoices.correct_about")}</p>
    <${Facts} facts=${[
      [t("invoices.buyer"), title],
      [t("invoices.number"), html`<${Code}>${number}<//>`],
      [t("invoices.amount"), money(amount)],
      [t("invoices.to_correct_now"), money(toCorrect)],
    ]} /><//>`;
}

/** The amount goes with the number: what changed since this page was read is refused, and nothing is noted. */
function NumberForm({ of, path, amount, invoice, onClose, onSaved, children }) {
  const save = async ({ number }) => {
    const where = `/api/staff/invoice-requests/${invoice.invoice_id}/${path}`;
    await postOnce(api, `${of} ${invoice.invoice_id}`, where, { number, amount });
    toast(t(`invoices.is_${path}`));
    await onSaved();
  };
  const fields = [
    {
      name: "number",
      label: t(`invoices.${of}_number`),
      kind: "text",
      required: true,
      wide: true,
      focus: true,
      hint: t("invoices.number_hint"),
      check: (value) => (NUMBER.test(value) ? null : t("invoices.number_wrong")),
    },
  ];
  return html`<${FormSheet} title=${t(`invoices.${of}`)} fields=${fields} values=${{}} onSave=${save} onClose=${onClose} submit=${t("invoices.note")}>
    ${children}<//>`;
}
