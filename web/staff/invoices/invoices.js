// Invoices that guests ask for: the queue of those to issue, and of those of which something went back since.
import "./texts.js";
import { Button, Empty, Listed, Segments } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { Badge, Code, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";
import { CorrectForm, IssueForm } from "./invoice_forms.js";

const PATH = "/api/staff/invoice-requests";
const STATES = ["requested", "to_correct", "issued"];

export function Invoices() {
  const [status, setStatus] = useState("requested");
  const [at, setAt] = useState(null);
  const invoices = useList((cursor) => api.get(PATH, { status, cursor, limit: 50 }), [status]);
  const Form = at?.status === "requested" ? IssueForm : CorrectForm;
  return html`<${Page} title=${t("page.invoices")} actions=${html`<${RefreshButton} from=${invoices} />`}>
    <p class="muted">${t("invoices.about")}</p>
    <${Segments} look="tabs" label=${t("invoices.state")} options=${STATES.map((it) => [it, t(`invoices.${it}`)])} value=${status} onChange=${setStatus} />
    <${Listed} from=${invoices} empty=${html`<${Empty} title=${t(`invoices.none.${status}`)} picture="bookings" />`}>
      ${(items) => html`<${Table} caption=${t("page.invoices")} rows=${items} rowKey=${(it) => it.invoice_id}
        link=${(it) => pathOf(it.order_no)} columns=${columns(status, setAt)} file=${{ path: PATH, query: { status } }} />`}<//>
    ${at && html`<${Form} invoice=${at} onClose=${() => setAt(null)} onSaved=${invoices.reload} />`}
  <//>`;
}

/** Returns where the console shows an order of any kind. */
function pathOf(orderNo) {
  return orderNo.startsWith("B") ? `/bookings/${orderNo}` : `/shop-orders/${orderNo}`;
}

function columns(status, onOpen) {
  const opens = status === "requested" ? "issue" : "correct";
  return [
    { header: t("invoices.order"), cell: (it) => html`<${Code}>${it.order_no}<//>` },
    { header: t("invoices.buyer"), wrap: true, cell: (it) => html`<${Buyer} invoice=${it} />` },
    { header: t("invoices.email"), cell: (it) => it.email },
    { header: t("invoices.subject"), wrap: true, cell: (it) => inLanguage(it.subject) },
    { header: t("invoices.amount"), right: true, cell: (it) => money(it.amount) },
    ...(status === "requested" ? [] : issuedColumns()),
    { header: t("invoices.asked_at"), cell: (it) => html`<${When} at=${it.requested_at} />` },
    {
      header: t(`invoices.${opens}`),
      quiet: true,
      cell: (it) =>
        (it.status === "requested" || it.to_correct > 0) &&
        html`<${Button} small kind="plain" onClick=${() => onOpen(it)} aria-label=${t(`invoices.${opens}_for`, { title: it.title })}>${t(`invoices.${opens}`)}<//>`,
    },
  ];
}

function issuedColumns() {
  return [
    { header: t("invoices.number"), cell: (it) => html`<${Code}>${it.number}<//>` },
    {
      header: t("invoices.refunded_since"),
      right: true,
      cell: (it) => (it.refunded_since > 0 ? money(it.refunded_since) : "—"),
    },
    {
      header: t("invoices.corrections"),
      wrap: true,
      cell: (it) =>
        it.corrections.length > 0
          ? html`<ul>${it.corrections.map((one) => html`<li key=${one.number}><${Code}>${one.number}<//> −${money(one.amount)}</li>`)}</ul>`
          : "—",
    },
  ];
}

function Buyer({ invoice: { kind, title, tax_number: taxNumber } }) {
  return html`<${Badge} tone=${kind === "company" ? "accent" : "calm"}>${t(`invoices.kind.${kind}`)}<//> ${title}
    ${taxNumber && html`<br /><${Code}>${taxNumber}<//>`}`;
}
