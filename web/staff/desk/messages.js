// What an order has set in motion: each event, who hears of it and what they made of it; and what the guest was told.
import { Status } from "../../shared/components.js";
import { moment } from "../../shared/format.js";
import { t, textOr } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

const TONES = { done: "good", sent: "calm", failed: "bad", in_progress: "warn", waiting: "warn" };

function State({ of }) {
  return html`<span class=${`badge ${TONES[of]}`}>${t(`desk.state.${of}`)}</span>`;
}

/** The log of an order, oldest first. */
export function Messages({ messages }) {
  const failed = messages.some((it) => it.consumers.some((one) => one.state === "failed"));
  return html`<section class="card stack">
    <div><h2>${t("desk.messages")}</h2><p class="muted small">${t("desk.messages_hint")}</p></div>
    ${failed && html`<p class="notice bad">${t("desk.messages_failed")}</p>`}
    ${messages.length === 0 && html`<p class="muted">${t("desk.no_messages")}</p>`}
    <ol class="desk-log">${messages.map((it) => html`<${Message} key=${it.event_id} message=${it} />`)}</ol>
  </section>`;
}

function Message({ message }) {
  return html`<li>
    <p class="row wrap"><strong>${textOr(`desk.event.${message.type}`, message.type)}</strong>
      ${message.state !== "sent" && html`<${State} of=${message.state} />`}
      <time class="muted small number" datetime=${message.occurred_at}>${moment(message.occurred_at, { seconds: true })}</time></p>
    ${message.consumers.length > 0 && html`<ul>${message.consumers.map((it) => html`<${Consumer} key=${it.consumer} dealing=${it} />`)}</ul>`}
  </li>`;
}

function Consumer({ dealing }) {
  return html`<li>
    <span class="grow">${textOr(`desk.consumer.${dealing.consumer}`, dealing.consumer)}</span>
    ${dealing.tries > 1 && html`<span class="small muted">${t("desk.tries", { count: dealing.tries })}</span>`}
    <${State} of=${dealing.state} />
    ${dealing.error && html`<p class="desk-failed desk-code">${dealing.error}</p>`}
  </li>`;
}

/** The notices that were sent to the guest in WeChat, and whether they arrived. */
export function Notices({ notices }) {
  return html`<section class="card stack">
    <h2>${t("desk.notices")}</h2>
    ${notices.length === 0 && html`<p class="muted">${t("desk.no_notices")}</p>`}
    <ul class="desk-notices">${notices.map(
      (it) => html`<li key=${it.kind + it.sent_at}>
        <p class="row"><span class="grow">${textOr(`desk.notice.${it.kind}`, it.kind)}</span><${Status} of=${it.status} /></p>
        <p class="muted small number">${moment(it.sent_at, { seconds: true })}</p>
        ${it.detail && html`<p class="small desk-code muted">${it.detail}</p>`}
      </li>`,
    )}</ul>
  </section>`;
}
