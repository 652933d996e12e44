// The differences between WeChat's records and ours: what each means, and what to do.
import "./texts.js";
import { Empty, Listed } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { t, textOr } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { CsvButton } from "../csv_button.js";
import { Badge, Code, Facts, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";

export function Differences() {
  const differences = useList((cursor) => api.get("/api/staff/differences", { cursor, limit: 50 }));
  return html`<${Page} title=${t("page.differences")} actions=${html`<${RefreshButton} from=${differences} />`}>
    <p class="muted">${t("operations.differences_about")}</p>
    <${Listed} from=${differences} empty=${html`<${Empty} title=${t("operations.no_differences")}><p>${t("operations.no_differences_about")}</p><//>`}>
      ${(items) => html`<ul class="stack">${items.map((it) => html`<li key=${it.kind + it.number + it.field + it.theirs}><${Difference} difference=${it} /></li>`)}</ul><${CsvButton} path="/api/staff/differences" />`}<//>
  <//>`;
}

function Difference({ difference }) {
  const { kind, field, number, order_no, ours, theirs, found_at } = difference;
  return html`<article class="card stack">
    <div class="row between"><h2>${textOr(`operations.difference.${field}`, field)}</h2>
      <${Badge} tone="bad">${t(kind === "payment" ? "operations.payment" : "operations.refund")}<//></div>
    <div class="sides"><p><span>${t("operations.ours")}</span><strong>${shown(field, ours)}</strong></p>
      <p><span>${t("operations.theirs")}</span><strong>${shown(field, theirs)}</strong></p></div>
    <p>${textOr(`operations.meaning.${field}`, t("operations.meaning_otherwise"))}</p>
    <${Facts} facts=${[
      [t("operations.wechat_number"), html`<${Code}>${number}<//>`],
      [t("operations.order"), order_no && html`<${Link} href=${`/payments/${order_no}`}><${Code}>${order_no}<//><//>`],
      [t("operations.found_at"), html`<${When} at=${found_at} />`],
    ]} />
  </article>`;
}

// Amounts are in fen, with their currency.
function shown(field, value) {
  const amount = /amount|total|fen/.test(field) && /^(-?\d+)(?: CNY)?$/.exec(value);
  return amount ? money(Number(amount[1])) : value;
}
