// The guest's login: through the mini program inside WeChat, or through a picker of guests where the simulator runs.
import "./texts.js";
import { reach } from "../../shared/api.js";
import { Banner, Button, FaultLine, Field, Loaded } from "../../shared/components.js";
import { config } from "../../shared/config.js";
import { isPhoneNumber } from "../../shared/format.js";
import { useAction, useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, Redirect, useEffect, useLocation, useState } from "../../vendor/preact.js";
import { rememberOpenid } from "../consent.js";
import { takeOver } from "../me/device.js";
import { api, session } from "../session.js";
import { Page } from "../shell.js";
import { afterLogin, askLogin, haveCodes, inMiniProgram, takeCodes } from "../wechat.js";
import { demoGuests } from "./guests.js";
import { welcome } from "./welcome.js";

/** The login as its own page. It redirects a guest who is logged in, unless new codes have come from the mini program. */
export function Login() {
  const done = session.use() && !haveCodes();
  return done ? html`<${Redirect} to=${afterLogin()} replace />` : html`<${LoginPage} back="/" />`;
}

/** The login in the place of a page that needs a guest. Without `back` it shows the tabs. */
export function LoginPage({ back }) {
  return html`<${Page} title=${t("login.title")} back=${back} plain>
    <div class="login-head">
      <img src="/images/logo.svg" alt="" width="72" height="72" />
      <h2>${t("login.welcome")}</h2>
      <p class="muted">${t("login.why")}</p>
    </div>
    ${session.wasExpired() && html`<${Banner} tone="warn">${t("login.expired")}<//>`}
    <${Ways} />
  <//>`;
}

function Ways() {
  const how = useLoad(config);
  if (inMiniProgram()) return html`<${InMiniProgram} />`;
  return html`<${Loaded} from=${how} rows="3">
    ${({ simulator }) => (simulator ? html`<${Picker} />` : html`<${Elsewhere} />`)}
  <//>`;
}

async function begin(given) {
  const answer = await api.post("/api/sessions", given);
  takeOver(answer.user.user_id);
  session.begin(answer.access_token, answer.expires_in, answer.user);
  if (answer.is_first_login) welcome();
}

function InMiniProgram() {
  const [location, go] = useLocation();
  const guest = session.use();
  const login = useAction(async () => {
    const codes = takeCodes();
    if (codes) await begin(codes);
    else await askLogin(location === "/login" ? afterLogin() : location);
  });
  useEffect(() => {
    // A guest who is logged in is asked first.
    if (haveCodes() && !session.token()) login.run();
  }, []);
  const stay = () => {
    takeCodes();
    go(afterLogin(), { replace: true });
  };
  if (guest && !login.busy && !login.error) {
    return html`<${Banner}>${t("login.already", { name: guest.person.nickname || guest.person.phone_number || t("login.you") })}<//>
      <${Button} wide onClick=${stay}>${t("login.stay")}<//>
      <${Button} kind="plain" wide onClick=${login.run}>${t("login.anew")}<//>`;
  }
  return html`<${FaultLine} error=${login.error} />
    <${Button} wide busy=${login.busy} onClick=${login.run}>${t("login.by_wechat")}<//>
    <p class="small muted">${t("login.phone")}</p>`;
}

function Elsewhere() {
  return html`<div class="card stack">
    <h2>${t("login.elsewhere")}</h2>
    <ol class="login-steps"><li>${t("login.step_1")}</li><li>${t("login.step_2")}</li><li>${t("login.step_3")}</li></ol>
  </div>`;
}

/** Logs in with the simulator's codes, which are valid for a moment, like those of wx.login. */
async function enter(guest) {
  const answer = await reach("/simulator/guests", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    // As at WeChat, a guest gets only notices that they have accepted.
    body: JSON.stringify({ ...guest, credits: {}, keep: true }),
  });
  if (!answer.ok) throw Object.assign(new Error(t("login.no_simulator")), { shown: true });
  const { openid, accepts_everything, login_code, phone_code } = await answer.json();
  await begin({ login_code, phone_code, nickname: guest.nickname || undefined });
  // WeChat does not ask a guest who has chosen "always".
  rememberOpenid(accepts_everything ? null : openid);
}

function Picker() {
  const guests = useLoad(demoGuests);
  const [other, setOther] = useState(false);
  const [chosen, setChosen] = useState(null);
  const login = useAction(async (guest) => {
    setChosen(guest.phone_number);
    await enter(guest);
  });
  return html`<section class="stack" aria-labelledby="login-guests">
    <h2 id="login-guests">${t("login.pick")}</h2>
    <ul class="cells">
      ${(guests.data || []).map(
        (guest) => html`<li key=${guest.phone_number}><button type="button" class="cell" disabled=${login.busy}
          aria-busy=${login.busy && chosen === guest.phone_number ? "true" : undefined} onClick=${() => login.run(guest)}>
          <span class="login-face" aria-hidden="true">${guest.nickname.slice(0, 1)}</span>
          <span>${guest.nickname}<br /><span class="small muted number">${guest.phone_number}</span></span>
          <span class="value go"><${Icon} name="go" size="18" /></span></button></li>`,
      )}
      <li><button type="button" class="cell" aria-expanded=${other} onClick=${() => setOther(!other)}>
        <span class="login-face"><${Icon} name="plus" size="20" /></span>${t("login.other")}
        <span class="value go"><${Icon} name=${other ? "down" : "go"} size="18" /></span></button></li>
    </ul>
    ${other && html`<${OtherGuest} busy=${login.busy} onSubmit=${login.run} />`}
    <${FaultLine} error=${login.error} />
    <p class="small muted">${t("login.simulated")}</p>
  </section>`;
}

function OtherGuest({ busy, onSubmit }) {
  const [phone, setPhone] = useState("");
  const [nickname, setNickname] = useState("");
  const [wrong, setWrong] = useState("");
  const submit = (event) => {
    event.preventDefault();
    if (!isPhoneNumber(phone)) setWrong(t("login.phone_wrong"));
    else onSubmit({ phone_number: phone, nickname });
  };
  return html`<form class="card stack" onSubmit=${submit} novalidate>
    <${Field} label=${t("login.phone_number")} name="phone_number" type="tel" inputmode="tel" autocomplete="tel" maxlength="40"
      value=${phone} wrong=${wrong} onInput=${setPhone} />
    <${Field} label=${t("login.nickname")} name="nickname" autocomplete="nickname" maxlength="32" value=${nickname} onInput=${setNickname} />
    <${Button} type="submit" wide busy=${busy}>${t("login.submit")}<//>
  </form>`;
}
