// The messages of an order: each event, its consumers, and what became of it there.
import "./texts.js";
import { t, textOr } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { Badge, Code, When } from "../parts.js";
import { isAdmin } from "../session.js";

const TONES = { done: "good", sent: "calm", failed: "bad", in_progress: "warn", waiting: "warn" };

function State({ of }) {
  return html`<${Badge} tone=${TONES[of]}>${textOr(`record.state.${of}`, of)}<//>`;
}

/** The messages of an order, oldest first. */
export function Messages({ messages }) {
  const failed = messages.some((it) => it.consumers.some((one) => one.state === "failed"));
  return html`<section class="card stack">
    <div><h2>${t("record.messages")}</h2><p class="muted small">${t("record.messages_hint")}</p></div>
    ${failed && html`<p class="banner bad">${t("record.messages_failed")}</p>`}
    ${messages.length === 0 && html`<p class="muted">${t("record.no_messages")}</p>`}
    <ol class="messages">${messages.map((it) => html`<${Message} key=${it.event_id} message=${it} />`)}</ol>
  </section>`;
}

function Message({ message }) {
  return html`<li>
    <p class="row wrap"><strong>${textOr(`record.event.${message.type}`, message.type)}</strong><${CodeOf} of=${message.type} />
      ${message.state !== "sent" && html`<${State} of=${message.state} />`}
      <span class="muted small at"><${When} at=${message.occurred_at} seconds /></span></p>
    ${message.consumers.length > 0 && html`<ul>${message.consumers.map((it) => html`<${Consumer} key=${it.consumer} dealing=${it} />`)}</ul>`}
  </li>`;
}

function Consumer({ dealing }) {
  return html`<li>
    <span class="grow">${textOr(`record.consumer.${dealing.consumer}`, dealing.consumer)}<${CodeOf} of=${dealing.consumer} /></span>
    ${dealing.tries > 1 && html`<span class="small muted">${t("record.tries", { count: dealing.tries })}</span>`}
    <${State} of=${dealing.state} />
    ${dealing.error && html`<p class="failure"><${Code}>${dealing.error}<//></p>`}
  </li>`;
}

/** The code of an event or a consumer, as in logs and dead letters: for admins only. */
function CodeOf({ of }) {
  return isAdmin() && html` <span class="muted small"><${Code}>${of}<//></span>`;
}
