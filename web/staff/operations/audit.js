// The audit log: who changed what, by day, by person or by what was changed.
import "./texts.js";
import { Button, Empty, Field, Listed } from "../../shared/components.js";
import { money, today } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { t, textOr } from "../../shared/language.js";
import { actorText } from "../../shared/reasons.js";
import { html, useState } from "../../vendor/preact.js";
import { CsvButton } from "../csv_button.js";
import { Badge, Code, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";

export function Audit() {
  const [typed, setTyped] = useState({ day: today(), actor: "", target: "" });
  const [asked, setAsked] = useState(typed);
  const entries = useList((cursor) => api.get("/api/staff/audit", { ...asked, cursor, limit: 20 }), [asked]);
  const input = (name) => (value) => setTyped({ ...typed, [name]: value });
  const submit = (event) => {
    event.preventDefault();
    setAsked({ day: typed.day, actor: typed.actor.trim(), target: typed.target.trim() });
  };
  return html`<${Page} title=${t("page.audit")}>
    <form class="filters" onSubmit=${submit}>
      <${Field} label=${t("operations.day_china")} type="date" value=${typed.day} onInput=${input("day")} />
      <${Field} label=${t("operations.actor")} autocomplete="off" value=${typed.actor} onInput=${input("actor")} />
      <${Field} label=${t("operations.target")} autocomplete="off" placeholder="R… / B… / G…" value=${typed.target} onInput=${input("target")} />
      <${Button} kind="plain" type="submit">${t("find")}<//>
    </form>
    <${Listed} from=${entries} empty=${html`<${Empty} title=${t("operations.no_audit")} picture="search" />`}>${(
      items,
    ) => html`<ol class="stack audit">
      ${items.map((it) => html`<li key=${it.entry_id} class="card"><${Entry} entry=${it} /></li>`)}</ol><${CsvButton} path="/api/staff/audit" query=${asked} />`}<//>
  <//>`;
}

function Entry({ entry }) {
  const changes = changesOf(entry.before, entry.after);
  const shownOf = (field, value) => shown(isFen(entry, field) ? "amount" : field, value);
  return html`<div class="row wrap between">
      <div class="row wrap"><strong>${textOr(`operations.action.${entry.action}`, entry.action)}</strong><${Code}>${entry.target}<//></div>
      <div class="row"><${Badge}>${actorText(entry.actor)}<//><${When} at=${entry.at} seconds /></div></div>
    ${
      changes.length > 0 &&
      html`<dl class="changes">${changes.map(
        ([
          field,
          before,
          after,
        ]) => html`<dt>${nameOf(field)}</dt><dd>${before !== undefined && html`<del>${shownOf(field, before)}</del>`}
        ${after !== undefined && html`<ins>${shownOf(field, after)}</ins>`}</dd>`,
      )}</dl>`
    }`;
}

/** Returns the differences as `[field, before, after]`; undefined if one side does not have the field. */
function changesOf(before, after) {
  const one = asFields(before);
  const other = asFields(after);
  const same = (field) => JSON.stringify(one[field]) === JSON.stringify(other[field]);
  const unknown = (value) => value === null;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((it) => !same(it))
    .map((it) => [it, unknown(one[it]) ? undefined : one[it], unknown(other[it]) ? undefined : other[it]])
    .filter(([, was, is]) => was !== undefined || is !== undefined);
}

function asFields(value) {
  if (value === null || value === undefined) return {};
  return typeof value === "object" && !Array.isArray(value) ? value : { "": value };
}

const RENAMED = { from: "begin" };
const nameOf = (field) => textOr(`operations.field.${RENAMED[field] || field}`, field);

const FEN = new Set([
  "price",
  "list_price",
  "amount",
  "minimum_spend",
  "from_balance",
  "balance",
  "refundable",
  "balance_refunded",
  "extra_adult_price",
  "extra_child_price",
  "adjustment",
]);
const STATES = new Set(["status", "state", "opening_state"]);
const LISTED = 8;

/** The `change` of a balance is in fen; that of points and of stock is a count. */
const isFen = (entry, field) => FEN.has(field) || (entry.action === "change_balance" && field === "change");

function shown(field, value) {
  if (Array.isArray(value)) return listed(value);
  if (value === null) return "—";
  if (FEN.has(field) && typeof value === "number") return money(value);
  if (STATES.has(field)) return textOr(`status.${value}`, value);
  if (typeof value === "boolean") return t(value ? "operations.yes" : "operations.no");
  if (typeof value === "object") return inOneLine(value);
  return value === "" ? t("operations.nothing") : String(value);
}

function listed(values) {
  if (values.length === 0) return t("operations.nothing");
  const lines = values.slice(0, LISTED).map((it) => (it && typeof it === "object" ? inOneLine(it) : String(it)));
  if (values.length > LISTED) lines.push(t("operations.and_more", { count: values.length - LISTED }));
  return html`<ul>${lines.map((it) => html`<li>${it}</li>`)}</ul>`;
}

function inOneLine(fields) {
  return Object.entries(fields)
    .map(([field, value]) => `${nameOf(field)} ${shown(field, value)}`)
    .join(" · ");
}
