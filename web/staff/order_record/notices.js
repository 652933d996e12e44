// The notices that were sent to the guest of an order in WeChat, and whether they arrived.
import "./texts.js";
import { Status } from "../../shared/components.js";
import { t, textOr } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { Code, When } from "../parts.js";

/** The notices of an order, each with what became of it. */
export function Notices({ notices }) {
  return html`<section class="card stack">
    <h2>${t("record.notices")}</h2>
    ${notices.length === 0 && html`<p class="muted">${t("record.no_notices")}</p>`}
    <ul class="stack">${notices.map(
      (it) => html`<li key=${it.kind + it.sent_at}>
        <p class="row"><span class="grow">${textOr(`record.notice.${it.kind}`, it.kind)}</span><${Status} of=${it.status} /></p>
        <p class="muted small"><${When} at=${it.sent_at} seconds /></p>
        ${it.reason && html`<p class="small">${textOr(`record.why.${it.reason}`, it.reason)}</p>`}
        ${it.detail && html`<p class="small muted"><${Code}>${it.detail}<//></p>`}
      </li>`,
    )}</ul>
  </section>`;
}
