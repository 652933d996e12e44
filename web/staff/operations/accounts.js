// Accounts of staff: admins see everything, staff see their own hotels.
import "./texts.js";
import { Empty, FaultLine, Loading } from "../../shared/components.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { allHotels } from "../house/hotels.js";
import { AddButton, Badge, Facts } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";

export function Accounts() {
  const hotels = useLoad(allHotels);
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState([]);
  const add = html`<${AddButton} onClick=${() => setOpen(true)}>${t("operations.add_account")}<//>`;
  return html`<${Page} title=${t("page.accounts")} actions=${hotels.data && add}>
    <p class="muted">${t("operations.accounts_about")}</p>
    <${FaultLine} error=${hotels.error} />
    ${hotels.loading && !hotels.data && html`<${Loading} rows=${1} />`}
    ${hotels.data && made.length === 0 && html`<${Empty} title=${t("operations.accounts_none")}>${add}<//>`}
    ${made.map((it) => html`<${Made} key=${it.username} account=${it} hotels=${hotels.data} />`)}
    ${open && html`<${AccountForm} hotels=${hotels.data} onClose=${() => setOpen(false)} onMade=${(it) => setMade([it, ...made])} />`}
  <//>`;
}

function Made({ account, hotels }) {
  const served = hotels.filter((it) => account.hotel_ids.includes(it.hotel_id)).map((it) => inLanguage(it.name));
  return html`<section class="card stack"><div class="row between"><h2>${account.username}</h2>
      <${Badge} tone="good">${t("operations.account_made")}<//></div>
    <${Facts} facts=${[
      [t("operations.role"), t(`role.${account.role}`)],
      [t("operations.hotels"), account.role === "admin" ? t("operations.all_hotels") : served.join("，")],
    ]} /></section>`;
}

function AccountForm({ hotels, onClose, onMade }) {
  const save = async (body) => onMade(await api.post("/api/staff/accounts", body));
  const fields = [
    {
      name: "username",
      label: t("operations.username"),
      kind: "text",
      required: true,
      hint: t("operations.username_hint"),
    },
    {
      name: "password",
      label: t("operations.password"),
      kind: "password",
      required: true,
      hint: t("operations.password_hint"),
    },
    {
      name: "role",
      label: t("operations.role"),
      kind: "select",
      required: true,
      wide: true,
      options: ["staff", "admin"].map((it) => [it, t(`role.${it}`)]),
    },
    {
      name: "hotel_ids",
      label: t("operations.hotels"),
      kind: "choices",
      required: true,
      options: hotels.map((it) => [it.hotel_id, inLanguage(it.name)]),
      when: (values) => values.role === "staff",
    },
  ];
  return html`<${FormSheet} title=${t("operations.add_account")} fields=${fields} values=${{ role: "staff" }} onSave=${save} onClose=${onClose} />`;
}
