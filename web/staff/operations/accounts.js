// Accounts of staff: admins see everything, staff see their own hotels. An account is never deleted: it is disabled.
import "./texts.js";
import { Banner, Button, Confirm, Listed, toast } from "../../shared/components.js";
import { useAction, useList, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { allHotels } from "../house/hotels.js";
import { AddButton, Badge, When } from "../parts.js";
import { api, person } from "../session.js";
import { Page } from "../shell.js";
import { Table } from "../table.js";

const PATH = "/api/staff/accounts";
const pathOf = (account) => `${PATH}/${encodeURIComponent(account.username)}`;
const isOwn = (account) => account.username === person()?.username;

export function Accounts() {
  const hotels = useLoad(allHotels);
  const accounts = useList((cursor) => api.get(PATH, { cursor }));
  const [sheet, setSheet] = useState(null);
  const close = () => setSheet(null);
  const changed = async (text, account) => {
    toast(t(text, { name: account.username }));
    await accounts.reload();
  };
  const Open = sheet && SHEETS[sheet.kind];
  const add = html`<${AddButton} onClick=${() => setSheet({ kind: "add" })}>${t("operations.add_account")}<//>`;
  return html`<${Page} title=${t("page.accounts")} actions=${hotels.data && add}>
    <p class="muted">${t("operations.accounts_about")}</p>
    <${Listed} from=${accounts}>${(items) => html`<${Table} caption=${t("page.accounts")} rows=${items}
      rowKey=${(it) => it.username} columns=${columns(hotels.data || [], setSheet)} file=${{ path: PATH }} />`}<//>
    ${sheet && html`<${Open} account=${sheet.account} hotels=${hotels.data || []} onClose=${close} onChanged=${changed} />`}
  <//>`;
}

function columns(hotels, open) {
  const names = (account) =>
    hotels.filter((it) => account.hotel_ids.includes(it.hotel_id)).map((it) => inLanguage(it.name));
  return [
    {
      header: t("operations.username"),
      cell: (it) =>
        html`<strong>${it.username}</strong> ${isOwn(it) && html`<${Badge} tone="accent">${t("operations.you")}<//>`}`,
    },
    { header: t("operations.role"), cell: (it) => t(`role.${it.role}`) },
    {
      header: t("operations.hotels"),
      wrap: true,
      cell: (it) => (it.role === "admin" ? t("operations.all_hotels") : names(it).join("，")),
    },
    {
      header: t("operations.account_state"),
      cell: (it) =>
        html`<${Badge} tone=${it.enabled ? "good" : "bad"}>${t(`operations.account_${it.enabled ? "enabled" : "disabled"}`)}<//>`,
    },
    { header: t("operations.last_login"), cell: (it) => html`<${When} at=${it.last_login_at} />` },
    { header: t("operations.created"), cell: (it) => html`<${When} at=${it.created_at} />` },
    {
      header: t("operations.account_actions"),
      quiet: true,
      right: true,
      cell: (it) => html`<${Act} kind="change" account=${it} open=${open} />
        <${Act} kind="password" account=${it} open=${open} />
        <${Act} kind=${it.enabled ? "disable" : "enable"} account=${it} open=${open} />`,
    },
  ];
}

function Act({ kind, account, open }) {
  const text = t(`operations.${kind}_account`);
  return html`<${Button} kind="quiet" small aria-label=${`${text} ${account.username}`}
    onClick=${() => open({ kind, account })}>${text}<//>`;
}

const username = () => ({
  name: "username",
  label: t("operations.username"),
  kind: "text",
  required: true,
  hint: t("operations.username_hint"),
});

const password = (label) => ({
  name: "password",
  label: t(label),
  kind: "password",
  required: true,
  hint: t("operations.password_hint"),
});

const role = () => ({
  name: "role",
  label: t("operations.role"),
  kind: "select",
  required: true,
  wide: true,
  options: ["staff", "admin"].map((it) => [it, t(`role.${it}`)]),
});

const hotelsOf = (hotels) => ({
  name: "hotel_ids",
  label: t("operations.hotels"),
  kind: "choices",
  required: true,
  options: hotels.map((it) => [it.hotel_id, inLanguage(it.name)]),
  when: (values) => values.role === "staff",
});

function AddForm({ hotels, onClose, onChanged }) {
  // Without a key: a key is stored with its body, and a password must never be stored.
  const save = async (body) => onChanged("operations.account_made", await api.post(PATH, body));
  const fields = [username(), password("operations.password"), role(), hotelsOf(hotels)];
  return html`<${FormSheet} title=${t("operations.add_account")} fields=${fields} values=${{ role: "staff" }} onSave=${save} onClose=${onClose} />`;
}

/** Sends an account as it was read, with some changes. */
const put = (account, changes) =>
  api.put(pathOf(account), {
    role: account.role,
    hotel_ids: account.hotel_ids,
    enabled: account.enabled,
    version: account.version,
    ...changes,
  });

async function again(account) {
  for (let cursor; ; ) {
    const page = await api.get(PATH, { limit: 100, cursor });
    const found = page.items.find((it) => it.username === account.username);
    if (found || !page.next_cursor) return found;
    cursor = page.next_cursor;
  }
}

function ChangeForm({ account, hotels, onClose, onChanged }) {
  const save = async (body, read) =>
    onChanged("operations.account_changed", await put(read, { role: body.role, hotel_ids: body.hotel_ids ?? [] }));
  return html`<${FormSheet} title=${t("operations.change_of_account", { name: account.username })} fields=${[role(), hotelsOf(hotels)]}
    values=${account} onSave=${save} onClose=${onClose} onReload=${() => again(account)}>
    <${Banner} tone=${isOwn(account) ? "warn" : ""}>${t(isOwn(account) ? "operations.own_tokens_end" : "operations.tokens_end")}<//>
  <//>`;
}

function PasswordForm({ account, onClose, onChanged }) {
  const save = async (body) => {
    await api.post(`${pathOf(account)}/password`, body);
    await onChanged("operations.password_set", account);
  };
  return html`<${FormSheet} title=${t("operations.password_of_account", { name: account.username })}
    fields=${[password("operations.new_password")]} values=${{}} onSave=${save} onClose=${onClose}>
    <${Banner} tone=${isOwn(account) ? "warn" : ""}>${t(isOwn(account) ? "operations.own_tokens_end" : "operations.tokens_end")}<//>
  <//>`;
}

function TurnForm({ account, onClose, onChanged }) {
  const turn = account.enabled ? "disable" : "enable";
  const act = useAction(async () => {
    await onChanged(`operations.account_${turn}d`, await put(account, { enabled: !account.enabled }));
    onClose();
  });
  const own = account.enabled && isOwn(account);
  return html`<${Confirm} title=${t(`operations.${turn}_it`, { name: account.username })} action=${t(`operations.${turn}_account`)}
    danger=${account.enabled} busy=${act.busy} error=${act.error} onConfirm=${act.run} onClose=${onClose}>
    ${own && html`<${Banner} tone="bad">${t("operations.disables_you")}<//>`}
    <p>${t(`operations.${turn}_about`)}</p>
  <//>`;
}

const SHEETS = { add: AddForm, change: ChangeForm, password: PasswordForm, disable: TurnForm, enable: TurnForm };
