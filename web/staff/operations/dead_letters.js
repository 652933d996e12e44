// The dead letters of each queue, and their redrive.
import "./texts.js";
import { Button, Confirm, Empty, Loaded, toast } from "../../shared/components.js";
import { useAction, useLoad, usePoll } from "../../shared/hooks.js";
import { t, textOr } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { Badge, Code, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

const POLL_EVERY = 10_000;

export function DeadLetters() {
  const queues = useLoad(() => api.get("/api/staff/dead-letters"));
  const [chosen, setChosen] = useState(null);
  usePoll(queues.reload, POLL_EVERY);
  return html`<${Page} title=${t("page.dead_letters")} actions=${html`<${RefreshButton} from=${queues} />`}>
    <p class="muted">${t("operations.dead_letters_about")}</p>
    <${Loaded} from=${queues}>${({ items }) => html`<${Queues} queues=${items} redrive=${setChosen} />`}<//>
    ${chosen && html`<${Redrive} queue=${chosen} onClose=${() => setChosen(null)} onDone=${queues.reload} />`}
  <//>`;
}

function Queues({ queues, redrive }) {
  const full = queues.filter((it) => it.waiting);
  const empty = queues.filter((it) => !it.waiting);
  return html`
    ${full.length === 0 && html`<${Empty} title=${t("operations.no_dead_letters")} picture="messages"><p>${t("operations.no_dead_letters_about")}</p><//>`}
    ${full.map((it) => html`<${Queue} key=${it.queue} queue=${it} redrive=${redrive} />`)}
    <details class="card"><summary>${t("operations.empty_queues", { count: empty.length })}</summary>
      <ul class="queues">${empty.map((it) => html`<li key=${it.queue}><${Code}>${it.queue}<//> <span class="muted">${meaning(it.queue)}</span></li>`)}</ul></details>`;
}

const meaning = (queue) => textOr(`operations.queue.${queue}`, queue);

function Queue({ queue, redrive }) {
  const columns = [
    { header: t("operations.event"), cell: (it) => html`<${Code}>${it.event_type || t("operations.unreadable")}<//>` },
    {
      header: t("operations.order"),
      cell: (it) =>
        it.order_no ? html`<${Link} href=${`/payments/${it.order_no}`}><${Code}>${it.order_no}<//><//>` : "—",
    },
    { header: t("operations.consumer"), cell: (it) => html`<${Code}>${it.consumer}<//>` },
    { header: t("operations.tried"), right: true, cell: (it) => it.tries },
    { header: t("operations.sent_at"), cell: (it) => html`<${When} at=${it.sent_at} seconds />` },
    { header: t("operations.event_id"), cell: (it) => (it.event_id ? html`<${Code}>${it.event_id}<//>` : "—") },
  ];
  return html`<section class="card stack" aria-label=${queue.queue}>
    <div class="row wrap between">
      <div><h2><${Code}>${queue.queue}<//> <${Badge} tone="bad">${t("operations.waiting", { count: queue.waiting })}<//></h2>
        <p class="muted">${meaning(queue.queue)}</p></div>
      <${Button} onClick=${() => redrive(queue)}>${t("operations.redrive")}<//>
    </div>
    ${
      queue.sample.length > 0 &&
      html`<${Table} caption=${t("operations.letters_of", { queue: queue.queue })} rows=${queue.sample}
      rowKey=${(it) => it.event_id || it.sent_at} columns=${columns} />`
    }
    ${queue.waiting > queue.sample.length && html`<p class="small muted">${t("operations.only_some")}</p>`}
  </section>`;
}

// What a redrive does, by the words of the API.
const HEALING = [
  [/queue/, "operations.heals_by_queue"],
  [/sweeper/, "operations.heals_by_outbox"],
  [/dropped/, "operations.heals_by_next_run"],
];

function healing(said) {
  const [, key] = HEALING.find(([word]) => word.test(said)) || [];
  return key ? t(key) : said;
}

function Redrive({ queue, onClose, onDone }) {
  const act = useAction(async () => {
    let moved = 0;
    let kept = 0;
    // One request moves up to 300 messages.
    for (let more = true; more; ) {
      const done = await api.post(`/api/staff/dead-letters/${queue.queue}/redrive`);
      moved += done.moved;
      kept += done.kept;
      more = done.more && done.moved > 0;
    }
    toast(t(kept ? "operations.redriven_some" : "operations.redriven", { moved, kept }));
    onClose();
    await onDone();
  });
  return html`<${Confirm} title=${t("operations.redrive_it", { queue: queue.queue })} action=${t("operations.redrive")} danger=${false}
    busy=${act.busy} error=${act.error} onConfirm=${act.run} onClose=${onClose}>
    <p><strong>${t("operations.mend_first")}</strong></p>
    <p>${healing(queue.on_redrive)}</p><//>`;
}
