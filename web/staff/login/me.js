// The own account of whoever is logged in, with the change of the password.
import "./texts.js";
import { Button, toast } from "../../shared/components.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { FormSheet } from "../form/form.js";
import { Facts } from "../parts.js";
import { api, person, session } from "../session.js";
import { Page } from "../shell.js";

export function Me() {
  const [asks, setAsks] = useState(false);
  const { username, role } = person() ?? {};
  return html`<${Page} title=${t("page.me")}>
    <section class="card stack">
      <${Facts} facts=${[[t("login.username"), username], [t("login.role"), role && t(`role.${role}`)]]} />
      <div><${Button} onClick=${() => setAsks(true)}>${t("login.change_password")}<//></div>
    </section>
    ${asks && html`<${PasswordForm} username=${username} onClose=${() => setAsks(false)} />`}
  <//>`;
}

function PasswordForm({ username, onClose }) {
  const save = async (body) => {
    // Without a key: a key is stored with its body, and a password must never be stored.
    await api.post("/api/staff/me/password", body);
    // All tokens of the account end now, also the one of this window.
    const answer = await api.post("/api/staff/sessions", { username, password: body.new_password });
    session.begin(answer.access_token, answer.expires_in, answer.staff);
    toast(t("login.password_changed"));
  };
  const field = (name, more) => ({
    name,
    label: t(`login.${name}`),
    kind: "password",
    required: true,
    wide: true,
    ...more,
  });
  const fields = [
    field("current_password", { autocomplete: "current-password" }),
    field("new_password", { hint: t("login.new_password_hint") }),
  ];
  return html`<${FormSheet} title=${t("login.change_password")} fields=${fields} values=${{}} onSave=${save} onClose=${onClose}>
    <p class="muted">${t("login.change_password_about")}</p>
  <//>`;
}

export const ROUTES = [["/me", Me]];
