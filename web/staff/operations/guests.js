// Parts of the guests' pages for admins: balance and points with their changes, and the reset of a first login.
import "./texts.js";
import { Button, Confirm, FaultLine, Field, Listed, toast } from "../../shared/components.js";
import { isPhoneNumber, money } from "../../shared/format.js";
import { useAction, useList, useLoad } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { inLanguage, t } from "../../shared/language.js";
import { actorText, reasonText } from "../../shared/reasons.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { Code, When } from "../parts.js";
import { allTemplates } from "../sales/coupons.js";
import { api } from "../session.js";
import { Table } from "../table.js";

/** Balance and points with their changes, and a coupon to give; `onChange` is called after each change. */
export function Accounts({ userId, onChange }) {
  const [sheet, setSheet] = useState(null);
  const balance = useEntries(userId, "balance");
  const points = useEntries(userId, "points");
  const saved = async () => {
    await Promise.all([(sheet === "balance" ? balance : points).reload(), onChange()]);
  };
  return html`
    <div class="columns even">
      <${Account} userId=${userId} name="balance" entries=${balance} onChange=${() => setSheet("balance")} />
      <${Account} userId=${userId} name="points" entries=${points} onChange=${() => setSheet("points")} />
    </div>
    <${Gifts} userId=${userId} onSaved=${onChange} />
    ${sheet && html`<${ChangeForm} userId=${userId} account=${sheet} onClose=${() => setSheet(null)} onSaved=${saved} />`}`;
}

/** Gives the guest a coupon of any enabled template. */
function Gifts({ userId, onSaved }) {
  const [asks, setAsks] = useState(false);
  return html`<section class="card row between"><div><h2>${t("operations.coupons")}</h2><p class="muted">${t("operations.coupons_about")}</p></div>
    <${Button} kind="plain" onClick=${() => setAsks(true)}>${t("operations.give_coupon")}<//>
    ${asks && html`<${GiftForm} userId=${userId} onSaved=${onSaved} onClose=${() => setAsks(false)} />`}
  </section>`;
}

function GiftForm({ userId, onSaved, onClose }) {
  const templates = useLoad(allTemplates);
  const enabled = (templates.data || []).filter(
    (it) => it.enabled && (it.quantity === null || it.issued < it.quantity),
  );
  const save = async (body) => {
    const coupon = await postOnce(api, `coupon ${userId}`, `/api/staff/users/${userId}/coupons`, body);
    toast(t("operations.coupon_given", { name: inLanguage(coupon.name) }));
    await onSaved();
  };
  const nameOf = (it) => `${inLanguage(it.name)} · ${money(it.amount)}`;
  const options = [["", t("operations.choose_coupon")], ...enabled.map((it) => [it.template_id, nameOf(it)])];
  const fields = [
    { name: "template_id", label: t("operations.coupon"), kind: "select", required: true, wide: true, options },
  ];
  return html`<${FormSheet} title=${t("operations.give_coupon")} fields=${fields} values=${{}} submit=${t("operations.give")}
    onSave=${save} onClose=${onClose}><${FaultLine} error=${templates.error} /><//>`;
}

const useEntries = (userId, account) =>
  useList((cursor) => api.get(`/api/staff/users/${userId}/account-entries`, { account, cursor }), [userId]);

const amountOf = (account, value) => (account === "balance" ? money(value) : String(value).replace("-", "−"));

function Account({ name, entries, userId, onChange }) {
  const signed = (value) => (value > 0 ? "+" : "") + amountOf(name, value);
  const columns = [
    { header: t("operations.at"), cell: (it) => html`<${When} at=${it.at} />` },
    { header: t("operations.change"), right: true, cell: (it) => signed(it.change) },
    { header: t("operations.after"), right: true, cell: (it) => amountOf(name, it.after) },
    { header: t("operations.reason"), wrap: true, cell: (it) => reasonText(it.reason, "account") },
    {
      header: t("operations.order"),
      cell: (it) =>
        it.order_no ? html`<${Link} href=${`/payments/${it.order_no}`}><${Code}>${it.order_no}<//><//>` : "—",
    },
    { header: t("operations.actor"), cell: (it) => actorText(it.actor) },
  ];
  const now = entries.items?.[0]?.after ?? 0;
  return html`<section class="card stack">
    <div class="row between"><div class="figures"><p><span>${t(`operations.account.${name}`)}</span><strong>${entries.items ? amountOf(name, now) : "…"}</strong></p></div>
      <${Button} kind="plain" onClick=${onChange}>${t(`operations.change_${name}`)}<//></div>
    <${Listed} from=${entries} rows=${1} empty=${html`<p class="muted">${t("operations.no_entries")}</p>`}>${(
      items,
    ) => html`<${Table}
      caption=${t(`operations.account.${name}`)} rows=${items} rowKey=${(it) => it.entry_id} columns=${columns}
      file=${{ path: `/api/staff/users/${userId}/account-entries`, query: { account: name } }} />`}<//>
  </section>`;
}

function ChangeForm({ userId, account, onClose, onSaved }) {
  const save = async ({ direction, change, reason }) => {
    const body = { change: direction === "give" ? change : -change, reason };
    const entry = await postOnce(api, `${account} ${userId}`, `/api/staff/users/${userId}/${account}-changes`, body);
    toast(
      t("operations.account_is", {
        account: t(`operations.account.${account}`),
        after: amountOf(account, entry.after),
      }),
    );
    await onSaved();
  };
  const fields = [
    {
      name: "direction",
      label: t("operations.direction"),
      kind: "select",
      required: true,
      options: ["give", "take"].map((it) => [it, t(`operations.direction.${it}`)]),
    },
    {
      name: "change",
      label: t("operations.amount"),
      kind: account === "balance" ? "yuan" : "number",
      required: true,
      least: 1,
    },
    {
      name: "reason",
      label: t("operations.reason"),
      kind: "text",
      required: true,
      wide: true,
      hint: t("operations.reason_hint"),
    },
  ];
  return html`<${FormSheet} title=${t(`operations.change_${account}`)} fields=${fields} values=${{ direction: "give" }} onSave=${save} onClose=${onClose} />`;
}

/** Resets a first login, for tests of the welcome. */
export function FirstLogin() {
  const [phone, setPhone] = useState("");
  const [asks, setAsks] = useState(false);
  const act = useAction(async () => {
    await api.delete(`/api/staff/users/${encodeURIComponent(phone.trim())}/first-login`);
    toast(t("operations.first_login_reset"));
    setAsks(false);
  });
  const ask = (event) => {
    event.preventDefault();
    act.clear();
    if (isPhoneNumber(phone)) setAsks(true);
  };
  return html`<section class="card stack"><h2>${t("operations.first_login")}</h2>
    <p class="muted">${t("operations.first_login_about")}</p>
    <form class="row find" onSubmit=${ask}><${Field} label=${t("operations.phone")} inputmode="tel" autocomplete="off" value=${phone} onInput=${setPhone} />
      <${Button} kind="plain" type="submit">${t("operations.reset")}<//></form>
    ${
      asks &&
      html`<${Confirm} title=${t("operations.reset_it", { phone })} action=${t("operations.reset")} busy=${act.busy} error=${act.error}
      onConfirm=${act.run} onClose=${() => setAsks(false)}><p>${t("operations.first_login_about")}</p><//>`
    }
  </section>`;
}
