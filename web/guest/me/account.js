// The ledger of the guest's balance or points.
import "./texts.js";
import { Empty, Listed } from "../../shared/components.js";
import { moment, money } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { reasonText } from "../../shared/reasons.js";
import { html, Link } from "../../vendor/preact.js";
import { RequireLogin } from "../login/require.js";
import { api } from "../session.js";
import { Missing, Page } from "../shell.js";
import { orderPath } from "./paths.js";

const AMOUNTS = { balance: money, points: (count) => count.toLocaleString("en-US").replace("-", "−") };

export function Ledger({ params }) {
  if (!AMOUNTS[params.account]) return html`<${Missing} />`;
  return html`<${RequireLogin} back="/me"><${Entries} key=${params.account} account=${params.account} /><//>`;
}

function Entries({ account }) {
  const me = useLoad(() => api.get("/api/me"));
  const list = useList((cursor) => api.get("/api/me/account-entries", { account, cursor }), [account]);
  const amount = AMOUNTS[account];
  return html`<${Page} title=${t(`me.${account}`)} back="/me">
    <section class="card me-sum"><span class="muted">${t(`me.${account}_now`)}</span>
      <strong class="number">${me.data ? amount(me.data[account]) : "–"}</strong>
      <p class="muted small">${t(`me.${account}_means`)}</p></section>
    <section class="stack"><h2>${t("me.entries")}</h2>
      <${Listed} from=${list} empty=${html`<${Empty} title=${t("me.no_entries")}><p>${t(`me.no_entries_${account}`)}</p><//>`}>
        ${(items) => html`<ul class="cells">${items.map((entry) => html`<li key=${entry.entry_id}><${Entry} entry=${entry} amount=${amount} /></li>`)}</ul>`}
      <//></section>
  <//>`;
}

function Entry({ entry, amount }) {
  const inside = html`<span class="grow"><span>${reasonText(entry.reason, "account")}</span><br />
      <span class="muted small number">${moment(entry.at)}</span></span>
    <span class="entry-sum number"><strong class=${entry.change > 0 ? "plus" : ""}>${entry.change > 0 ? "+" : ""}${amount(entry.change)}</strong>
      <span class="muted small">${t("me.after", { sum: amount(entry.after) })}</span></span>`;
  if (!entry.order_no) return html`<div class="cell">${inside}</div>`;
  return html`<${Link} href=${orderPath(entry.order_no)} class="cell">${inside}<//>`;
}
