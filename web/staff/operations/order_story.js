// What an order has set going: its events with what each consumer made of them, and the notices to its guest.
import "./texts.js";
import { Loaded, Status } from "../../shared/components.js";
import { useLoad } from "../../shared/hooks.js";
import { t, textOr } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { Badge, Code, When } from "../parts.js";
import { api } from "../session.js";
import { Table } from "../table.js";

const TONES = { waiting: "warn", in_progress: "calm", done: "good", failed: "bad", sent: "good" };

/** The order's events, oldest first. */
export function Messages({ orderNo }) {
  const messages = useLoad(() => api.get(`/api/staff/orders/${orderNo}/messages`), [orderNo]);
  const columns = [
    { header: t("operations.event"), cell: (it) => html`<${Code}>${it.type}<//>` },
    { header: t("operations.at"), cell: (it) => html`<${When} at=${it.occurred_at} seconds />` },
    { header: t("operations.state"), cell: (it) => html`<${State} of=${it.state} />` },
    { header: t("operations.consumers"), wrap: true, cell: (it) => html`<${Dealings} consumers=${it.consumers} />` },
  ];
  return html`<section class="stack"><h2>${t("operations.messages")}</h2>
    <${Loaded} from=${messages} rows=${1}>${({ items }) =>
      items.length
        ? html`<${Table} caption=${t("operations.messages")} rows=${items} rowKey=${(it) => it.event_id} columns=${columns} />`
        : html`<p class="card muted">${t("operations.no_messages")}</p>`}<//></section>`;
}

function State({ of }) {
  return html`<${Badge} tone=${TONES[of] || ""}>${textOr(`operations.dealing.${of}`, of)}<//>`;
}

function Dealings({ consumers }) {
  return html`<ul class="dealings">${consumers.map(
    (it) => html`<li key=${it.consumer}><${Code}>${it.consumer}<//> <${State} of=${it.state} />
      ${it.tries > 1 && html` <span class="muted">${t("operations.tries", { count: it.tries })}</span>`}
      ${it.error && html`<br /><span class="wrong">${it.error}</span>`}</li>`,
  )}</ul>`;
}

/** Each attempt to tell the guest. */
export function Notices({ orderNo }) {
  const notices = useLoad(() => api.get(`/api/staff/orders/${orderNo}/notifications`), [orderNo]);
  const columns = [
    { header: t("operations.notice"), cell: (it) => textOr(`operations.notice.${it.kind}`, it.kind) },
    { header: t("operations.state"), cell: (it) => html`<${Status} of=${it.status} />` },
    { header: t("operations.at"), cell: (it) => html`<${When} at=${it.sent_at} seconds />` },
    { header: t("operations.detail"), wrap: true, cell: (it) => it.detail || "—" },
  ];
  return html`<section class="stack"><h2>${t("operations.notices")}</h2>
    <${Loaded} from=${notices} rows=${1}>${({ items }) =>
      items.length
        ? html`<${Table} caption=${t("operations.notices")} rows=${items} rowKey=${(it) => it.kind + it.sent_at} columns=${columns} />`
        : html`<p class="card muted">${t("operations.no_notices")}</p>`}<//></section>`;
}
