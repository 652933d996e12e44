// The login of staff.
import "./texts.js";
import { Banner, Button, FaultLine, Field, LanguageSwitch } from "../../shared/components.js";
import { config } from "../../shared/config.js";
import { useAction, useLoad, useTitle } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { useLayer } from "../../shared/layers.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { api, session } from "../session.js";

const DEMO_PASSWORD = "posthouse-demo";
const DEMO_ACCOUNTS = ["admin", "chengdu", "shenzhen", "beijing"];

export function Login() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  useTitle(`${t("login.title")} · ${t("console")}`);
  const login = useAction(async (name, secret) => {
    const answer = await api.post("/api/staff/sessions", { username: name, password: secret });
    session.begin(answer.access_token, answer.expires_in, answer.staff);
  });
  const submit = (event) => {
    event.preventDefault();
    login.run(username, password);
  };
  const demo = (name) => {
    setUsername(name);
    setPassword(DEMO_PASSWORD);
    login.run(name, DEMO_PASSWORD);
  };
  return html`<main class="login">
    <div class="house"><img src="/images/hotel-chengdu.svg" alt="" /><p>${t("login.motto")}</p></div>
    <div class="entrance">
      <header class="welcome"><img src="/images/logo.svg" alt="" width="48" height="48" />
        <div><h1>${t("login.title")}</h1><p>${t("console")}</p></div><${LanguageSwitch} /></header>
      <form onSubmit=${submit}>
        ${session.wasExpired() && html`<${Banner} tone="warn">${t(session.endedBy() === "token_ended" ? "login.ended" : "login.expired")}<//>`}
        <${Field} label=${t("login.username")} name="username" autocomplete="username" autocapitalize="none" required
          value=${username} onInput=${setUsername} />
        <${Field} label=${t("login.password")} name="password" type="password" autocomplete="current-password" required
          value=${password} onInput=${setPassword} />
        <${FaultLine} error=${login.error} />
        <${Button} type="submit" wide busy=${login.busy}>${t("login.submit")}<//>
      </form>
      <${DemoAccounts} choose=${demo} busy=${login.busy} />
    </div>
  </main>`;
}

/** The login over the page, after a session has expired: what was typed on the page stays. */
export function LoginAgain() {
  const dialog = useRef(null);
  // Back does not skip the login either.
  useLayer(() => {});
  useEffect(() => {
    const before = document.activeElement;
    const show = () => dialog.current?.showModal();
    show();
    // Browsers close a dialog at the second Escape in any case, and the one below it at the third.
    const stay = (event) => event.key === "Escape" && event.preventDefault();
    addEventListener("keydown", stay, true);
    dialog.current.addEventListener("close", show);
    return () => {
      removeEventListener("keydown", stay, true);
      if (before?.isConnected) before.focus();
    };
  }, []);
  return html`<dialog ref=${dialog} class="again" aria-label=${t("login.title")} onCancel=${(event) => event.preventDefault()}>
    <${Login} />
  </dialog>`;
}

/** The accounts of the demo data, for a login with one press. Only where the simulator runs. */
function DemoAccounts({ choose, busy }) {
  const how = useLoad(config);
  if (!how.data?.simulator) return null;
  return html`<section class="accounts">
    <div><h2>${t("login.demo")}</h2><p class="muted small">${t("login.demo_hint", { password: DEMO_PASSWORD })}</p></div>
    <ul>${DEMO_ACCOUNTS.map(
      (name) => html`<li><${Button} kind="plain" disabled=${busy} onClick=${() => choose(name)}>
        <span>${name}</span><small>${t(`login.demo.${name}`)}</small><//></li>`,
    )}</ul>
  </section>`;
}
