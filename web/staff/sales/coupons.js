// The templates of coupons.
import { postOnce } from "../../shared/idempotency.js";
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, Empty, Loaded, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { AddButton, Badge } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

const KINDS = ["welcome", "check_out", "manual"];
const SCOPES = ["any", "booking", "shop"];
const NEW = { kind: "manual", scope: "any", valid_days: 30, minimum_spend: 0, enabled: true, sort: 0, per_guest: 1 };

export const allTemplates = () => everything(api, "/api/staff/coupon-templates");

export function Coupons() {
  const templates = useLoad(allTemplates);
  const [edited, setEdited] = useState(null);
  const add = html`<${AddButton} onClick=${() => setEdited({})}>${t("sales.add_coupon")}<//>`;
  return html`<${Page} title=${t("page.coupons")} actions=${add}>
    <${Loaded} from=${templates}>${(items) =>
      items.length
        ? html`<${Table} caption=${t("page.coupons")} rows=${items} rowKey=${(it) => it.template_id} columns=${columns(setEdited)}
            file=${{ path: "/api/staff/coupon-templates" }} />`
        : html`<${Empty} title=${t("sales.no_coupons")} picture="coupons">${add}<//>`}<//>
    ${edited && html`<${CouponForm} template=${edited} onClose=${() => setEdited(null)} onSaved=${templates.reload} />`}
  <//>`;
}

function columns(edit) {
  return [
    { header: t("sales.name"), cell: (it) => html`<strong>${inLanguage(it.name)}</strong>` },
    { header: t("sales.kind"), cell: (it) => t(`sales.kind.${it.kind}`) },
    { header: t("sales.scope"), cell: (it) => t(`sales.scope.${it.scope}`) },
    { header: t("sales.amount"), right: true, cell: (it) => html`<span class="price">${money(it.amount)}</span>` },
    {
      header: t("sales.minimum_spend"),
      right: true,
      cell: (it) => (it.minimum_spend ? money(it.minimum_spend) : t("sales.no_minimum")),
    },
    { header: t("sales.valid_days"), right: true, cell: (it) => t("days", { count: it.valid_days }) },
    { header: t("sales.issued"), right: true, cell: (it) => `${it.issued} / ${it.quantity ?? "∞"}` },
    {
      header: t("sales.state"),
      cell: (it) =>
        html`<${Badge} tone=${it.enabled ? "good" : ""}>${t(it.enabled ? "sales.enabled" : "sales.disabled")}<//>`,
    },
    { header: t("sales.sort"), right: true, cell: (it) => it.sort },
    {
      header: t("sales.actions"),
      quiet: true,
      right: true,
      cell: (it) =>
        html`<${Button} kind="quiet" small aria-label=${`${t("sales.edit")} ${inLanguage(it.name)}`} onClick=${() => edit(it)}>${t("sales.edit")}<//>`,
    },
  ];
}

function CouponForm({ template, onClose, onSaved }) {
  const isNew = !template.template_id;
  const save = async (body, values) => {
    const saved = isNew
      ? await postOnce(api, "coupon template", "/api/staff/coupon-templates", body)
      : await api.put(`/api/staff/coupon-templates/${template.template_id}`, { ...body, version: values.version });
    toast(t("sales.saved", { name: inLanguage(saved.name) }));
    await onSaved();
  };
  const reload = async () => (await allTemplates()).find((it) => it.template_id === template.template_id);
  return html`<${FormSheet} title=${isNew ? t("sales.add_coupon") : inLanguage(template.name)} fields=${fields()}
    values=${isNew ? NEW : template} onSave=${save} onClose=${onClose} onReload=${isNew ? undefined : reload} />`;
}

function fields() {
  return [
    { name: "name", label: t("sales.name"), kind: "text", required: true, wide: true },
    {
      name: "kind",
      label: t("sales.kind"),
      kind: "select",
      required: true,
      options: KINDS.map((it) => [it, t(`sales.kind.${it}`)]),
      hint: t("sales.kind_hint"),
    },
    {
      name: "scope",
      label: t("sales.scope"),
      kind: "select",
      required: true,
      options: SCOPES.map((it) => [it, t(`sales.scope.${it}`)]),
    },
    { name: "amount", label: t("sales.amount"), kind: "yuan", required: true },
    { name: "minimum_spend", label: t("sales.minimum_spend"), kind: "yuan", hint: t("sales.minimum_hint") },
    { name: "valid_days", label: t("sales.valid_for"), kind: "number", required: true, hint: t("sales.valid_hint") },
    { name: "quantity", label: t("sales.quantity"), kind: "number", hint: t("sales.quantity_hint") },
    {
      name: "per_guest",
      label: t("sales.per_guest"),
      kind: "number",
      required: true,
      least: 1,
      when: (values) => values.kind === "manual",
    },
    { name: "sort", label: t("sales.sort"), kind: "number", hint: t("sales.sort_hint") },
    { name: "enabled", label: t("sales.enable"), kind: "check" },
    { name: "description", label: t("sales.description"), kind: "text", multiline: true },
  ];
}
