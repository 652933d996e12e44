// The invoice of an order: the form that asks for it, and what became of the request.
import "./invoice_texts.js";
import { Banner, Button, FaultLine, Field, Segments, Sheet, toast } from "../../shared/components.js";
import { moment, money } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";

const KINDS = ["personal", "company"];
const TAX_NUMBER = /^[0-9A-Za-z]{15,20}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
/** States in which nothing of an order is paid yet. */
const UNPAID = new Set(["pending_payment", "unconfirmed", "cancelling"]);

/** `paid`: whether something of the order is paid. Whoever asked before sees the invoice, also once all went back. */
export function Invoice({ order, paid }) {
  const { order_no: orderNo, status } = order;
  const [asks, setAsks] = useState(false);
  const known = !UNPAID.has(status);
  const back = (order.refunds ?? []).map((it) => it.status).join();
  const read = async () => (known ? (await api.get(`/api/orders/${orderNo}/invoice-requests`)).items : []);
  // The page also works without it.
  const found = useLoad(read, [orderNo, known, back, paid]);
  const [invoice] = found.data ?? [];
  const open = paid && (!invoice || invoice.status === "cancelled");
  if (!known || !found.data || !(invoice || open)) return null;
  const asked = (made) => {
    found.setData([made]);
    setAsks(false);
    toast(t("invoice.is_requested"));
  };
  return html`<section class="card stack" aria-labelledby="invoice"><h2 id="invoice">${t("invoice.title")}</h2>
    ${invoice && html`<${Told} invoice=${invoice} />`}
    ${open && html`<p class="small muted">${t("invoice.about")}</p><div><${Button} kind="plain" onClick=${() => setAsks(true)}>${t("invoice.request")}<//></div>`}
    ${asks && html`<${InvoiceSheet} orderNo=${orderNo} onDone=${asked} onClose=${() => setAsks(false)} />`}
  </section>`;
}

function Told({ invoice }) {
  const { status, amount, number, title, tax_number: taxNumber, email, refunded_since: since, corrections } = invoice;
  return html`<div class="stack tight" role="status"><p><strong>${t(`invoice.${status}`)}</strong></p>
    <p class="small muted">${t(`invoice.next.${status}`, { email })}</p></div>
    <dl class="facts">
      ${status !== "cancelled" && html`<dt>${t("invoice.amount")}</dt><dd class="number">${money(amount)}</dd>`}
      ${number && html`<dt>${t("invoice.number")}</dt><dd class="number">${number}</dd>`}
      <dt>${t("invoice.name")}</dt><dd>${title}</dd>
      ${taxNumber && html`<dt>${t("invoice.tax_number")}</dt><dd class="number">${taxNumber}</dd>`}
      <dt>${t("invoice.asked_at")}</dt><dd>${moment(invoice.requested_at)}</dd>
      ${corrections.map((it) => html`<dt>${t("invoice.corrected_by", { amount: money(it.amount) })}</dt><dd class="number">${it.number}</dd>`)}
    </dl>
    ${status === "issued" && since > 0 && corrections.length === 0 && html`<${Banner}>${t("invoice.went_back", { amount: money(since) })}<//>`}`;
}

function InvoiceSheet({ orderNo, onDone, onClose }) {
  const [kind, setKind] = useState("personal");
  const [typed, setTyped] = useState({ title: "", tax_number: "", email: "" });
  const [tried, setTried] = useState(false);
  const wrong = tried ? faultsOf(kind, typed) : {};
  const send = useAction(async () =>
    onDone(await api.post(`/api/orders/${orderNo}/invoice-requests`, bodyOf(kind, typed))),
  );
  const submit = (event) => {
    event.preventDefault();
    setTried(true);
    const [first] = Object.keys(faultsOf(kind, typed));
    if (first) event.currentTarget.querySelector(`[name="${first}"]`)?.focus();
    else send.run();
  };
  const field = (
    name,
    more,
  ) => html`<${Field} label=${t(`invoice.${name === "title" ? "name" : name}`)} name=${name} value=${typed[name]}
    wrong=${wrong[name]} required onInput=${(text) => setTyped((before) => ({ ...before, [name]: text }))} ...${more} />`;
  return html`<${Sheet} title=${t("invoice.request")} onClose=${onClose} held=${Object.values(typed).some(Boolean)}>
    <form class="stack" novalidate onSubmit=${submit}>
      <${Segments} label=${t("invoice.kind")} options=${KINDS.map((it) => [it, t(`invoice.kind.${it}`)])} value=${kind} onChange=${setKind} />
      ${field("title", { maxlength: "100", autocomplete: kind === "company" ? "organization" : "name", hint: t(`invoice.name_hint.${kind}`) })}
      ${kind === "company" && field("tax_number", { maxlength: "20", autocomplete: "off", hint: t("invoice.tax_number_hint") })}
      ${field("email", { type: "email", maxlength: "254", autocomplete: "email", hint: t("invoice.email_hint") })}
      <${FaultLine} error=${send.error} />
      <${Button} wide type="submit" busy=${send.busy}>${t("invoice.send")}<//>
    </form>
  <//>`;
}

function bodyOf(kind, typed) {
  const [title, taxNumber, email] = [typed.title, typed.tax_number, typed.email].map((it) => it.trim());
  return { kind, title, email, ...(kind === "company" && { tax_number: taxNumber }) };
}

function faultsOf(kind, typed) {
  const body = bodyOf(kind, typed);
  const faults = {};
  if (!body.title) faults.title = t("invoice.name_missing");
  if (kind === "company" && !TAX_NUMBER.test(body.tax_number)) faults.tax_number = t("invoice.tax_number_wrong");
  if (!EMAIL.test(body.email)) faults.email = t("invoice.email_wrong");
  return faults;
}
