// The export of the guest's data as a file, and the deletion of the account.
import "./texts.js";
import { Alert, Button, FaultLine, faultText, Sheet, toast } from "../../shared/components.js";
import { money, today } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, Link, useLocation, useState } from "../../vendor/preact.js";
import { RequireLogin } from "../login/require.js";
import { api, session } from "../session.js";
import { Page } from "../shell.js";
import { forgetDevice } from "./device.js";
import { orderPath } from "./paths.js";

export function Data() {
  return html`<${RequireLogin} back="/me"><${Mine} /><//>`;
}

function Mine() {
  const [leaving, setLeaving] = useState(false);
  return html`<${Page} title=${t("me.data")} back="/me">
    <${Export} />
    <section class="card stack"><h2>${t("me.leave")}</h2><p class="muted">${t("me.leave_more")}</p>
      <div><${Button} kind="danger" onClick=${() => setLeaving(true)}>${t("me.leave_button")}<//></div></section>
    ${leaving && html`<${Leave} onClose=${() => setLeaving(false)} />`}
  <//>`;
}

/** Reads all pages. Returns the records by their kind. Calls `tell(count)` with the number of records read so far. */
async function readData(tell) {
  const parts = {};
  let cursor;
  let count = 0;
  do {
    const page = await api.get("/api/me/data", { limit: 100, cursor });
    for (const { kind, data } of page.items) {
      parts[kind] ??= [];
      parts[kind].push(data);
    }
    count += page.items.length;
    tell(count);
    cursor = page.next_cursor;
  } while (cursor);
  return parts;
}

function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Export() {
  const [count, setCount] = useState(0);
  const [parts, setParts] = useState(null);
  const read = useAction(async () => {
    const found = await readData(setCount);
    setParts(found);
    download(`posthouse-${today()}.json`, found);
  });
  return html`<section class="card stack"><h2>${t("me.export")}</h2><p class="muted">${t("me.export_more")}</p>
    ${parts && html`<dl class="facts">${Object.entries(parts).map(([kind, items]) => html`<dt key=${kind}>${t(`me.part_${kind}`)}</dt><dd>${items.length}</dd>`)}</dl>`}
    <${FaultLine} error=${read.error} />
    <div class="row"><${Button} kind="plain" busy=${read.busy} onClick=${read.run}>${t("me.export_button")}<//>
      ${read.busy && html`<span class="muted small number" role="status">${t("me.export_so_far", { count })}</span>`}</div>
  </section>`;
}

function Leave({ onClose }) {
  const [, go] = useLocation();
  const [sure, setSure] = useState(false);
  const leave = useAction(async () => {
    await api.delete("/api/me");
    forgetDevice();
    session.end();
    toast(t("me.left"));
    go("/me");
  });
  return html`<${Sheet} title=${t("me.leave_sure")} onClose=${onClose}>
    <ul class="leave-means">${["closed", "forgotten", "kept", "coupons"].map((it) => html`<li key=${it}>${t(`me.leave_${it}`)}</li>`)}</ul>
    <label class="check"><input type="checkbox" checked=${sure} onChange=${(event) => setSure(event.currentTarget.checked)} />${t("me.leave_understood")}</label>
    <${Obstacle} error=${leave.error} onClose=${onClose} />
    <div class="row wrap"><${Button} kind="plain" onClick=${onClose}>${t("back")}<//>
      <${Button} kind="danger" disabled=${!sure} busy=${leave.busy} onClick=${leave.run}>${t("me.leave_button")}<//></div>
  <//>`;
}

/** Says why the account cannot be deleted yet, with links to what is open. */
function Obstacle({ error, onClose }) {
  if (!error) return null;
  if (error.code === "orders_open") {
    return html`<${Alert} tone="warn" of=${error}><div class="stack-tight"><p>${t("me.orders_open")}</p>
      <ul>${error.body.order_nos.map((it) => html`<li key=${it}><${Link} href=${orderPath(it)} onClick=${onClose}><span class="code">${it}</span><//></li>`)}</ul></div><//>`;
  }
  const text =
    error.code === "balance_left" ? t("me.balance_left", { amount: money(error.body.balance) }) : faultText(error);
  return html`<${Alert} tone="warn" of=${error}>${text}<//>`;
}
