// The login of staff. Whoever's session ends comes here and afterwards goes on where they were.
import "./texts.js";
import { Button, FaultLine, Field, LanguageSwitch } from "../../shared/components.js";
import { useAction, useTitle } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api, session } from "../session.js";

export function Login() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  useTitle(`${t("login.title")} · ${t("console")}`);
  const login = useAction(async () => {
    const answer = await api.post("/api/staff/sessions", { username, password });
    session.begin(answer.access_token, answer.expires_in, answer.staff);
  });
  const submit = (event) => {
    event.preventDefault();
    login.run();
  };
  return html`<main class="login">
    <form class="card stack" onSubmit=${submit}>
      <img src="/images/logo.svg" alt="" width="56" height="56" />
      <h1>${t("login.title")}</h1>
      <${Field} label=${t("login.username")} name="username" autocomplete="username" required value=${username} onInput=${setUsername} />
      <${Field} label=${t("login.password")} name="password" type="password" autocomplete="current-password" required
        value=${password} onInput=${setPassword} />
      <${FaultLine} error=${login.error} />
      <${Button} type="submit" wide busy=${login.busy}>${t("login.submit")}<//>
      <${LanguageSwitch} />
    </form>
  </main>`;
}
