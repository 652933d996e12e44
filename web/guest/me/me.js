// The guest's own page: their account, their balance, points and coupons, and links to the rest.
import "./texts.js";
import { everything } from "../../shared/api.js";
import { Button, FaultLine } from "../../shared/components.js";
import { config } from "../../shared/config.js";
import { money } from "../../shared/format.js";
import { useLoad } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { language, setLanguage, t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { api, session } from "../session.js";
import { Page, Side } from "../shell.js";
import { forgetDevice } from "./device.js";

export function Me() {
  const guest = session.use();
  const house = useLoad(config);
  return html`<${Page} title=${t("me.title")}>
    ${guest ? html`<${Account} key=${guest.person.user_id} person=${guest.person} />` : html`<${Stranger} />`}
    <${Side}><section class="cells"><h2 class="unseen">${t("me.more")}</h2>
      <button type="button" class="cell" onClick=${() => setLanguage(language() === "zh" ? "en" : "zh")}>
        <${Icon} name="message" /><span>${t("me.language")}</span><span class="value">${t("me.language_now")}</span></button>
      ${guest && html`<${Way} href="/me/data" icon="shield" text=${t("me.data")} />`}
      ${
        house.data?.simulator &&
        html`<a class="cell" href="/docs/"><${Icon} name="list" /><span>${t("me.reference")}</span><span class="go push"><${Icon} name="go" size="18" /></span></a>
          <a class="cell" href="/staff/"><${Icon} name="house" /><span>${t("me.staff")}</span><span class="go push"><${Icon} name="go" size="18" /></span></a>`
      }
    </section>
    ${guest && html`<${Button} kind="plain" wide onClick=${leaveDevice}>${t("log_out")}<//>`}<//>
  <//>`;
}

function leaveDevice() {
  forgetDevice();
  session.end();
}

function Stranger() {
  return html`<${Link} href="/login" class="card me-head">
    <span class="me-face"><${Icon} name="person" size="30" /></span>
    <span class="grow"><strong class="me-name">${t("me.log_in")}</strong><span class="muted small">${t("me.log_in_more")}</span></span>
    <span class="button small">${t("me.to_login")}</span>
  <//>`;
}

/** "13911112222" -> "139****2222". */
function masked(phone) {
  return phone ? phone.replace(/^(.+)(.{4})(.{4})$/, "$1****$3") : t("me.no_phone");
}

async function readAccount() {
  const [me, coupons] = await Promise.all([
    api.get("/api/me"),
    everything(api, "/api/me/coupons", { status: "unused" }),
  ]);
  return { me, coupons: coupons.length };
}

function Account({ person }) {
  const from = useLoad(readAccount);
  const me = from.data?.me ?? person;
  const name = me.nickname || t("me.nameless");
  return html`<section class="card me-head">
      <span class="me-face" aria-hidden="true">${[...name][0]}</span>
      <div class="grow"><h2 class="me-name">${name}</h2><p class="muted small number">${masked(me.phone_number)}</p></div>
    </section>
    <${FaultLine} error=${from.error} />
    <section class="me-tiles"><h2 class="unseen">${t("me.account")}</h2>
      <${Tile} href="/me/account/balance" value=${from.data ? money(me.balance) : "–"} text=${t("me.balance")} />
      <${Tile} href="/me/account/points" value=${from.data ? me.points.toLocaleString("en-US") : "–"} text=${t("me.points")} />
      <${Tile} href="/me/coupons" value=${from.data?.coupons ?? "–"} text=${t("me.coupons")} />
    </section>
    <nav class="cells" aria-label=${t("me.mine")}>
      <${Way} href="/orders" icon="list" text=${t("me.orders")} />
      <${Way} href="/cart" icon="cart" text=${t("me.cart")} />
      <${Way} href="/me/notices" icon="message" text=${t("me.notices")} />
    </nav>`;
}

function Tile({ href, value, text }) {
  return html`<${Link} href=${href} class="me-tile"><strong class="number">${value}</strong><span>${text}</span><//>`;
}

function Way({ href, icon, text }) {
  return html`<${Link} href=${href} class="cell"><${Icon} name=${icon} /><span>${text}</span><span class="go push"><${Icon} name="go" size="18" /></span><//>`;
}
