// The staff console. Each area has a folder with its pages, routes and texts. Every page needs a login.
import "../shared/texts.js";
import "./texts.js";
import { Toasts } from "../shared/components.js";
import { useLanguage } from "../shared/language.js";
import { navigateFromLayers } from "../shared/layers.js";
import { fetchTheRest } from "../shared/lazy.js";
import { html, Route, Router, render, Switch, useHashLocation } from "../vendor/preact.js";
import { ROUTES as DESK } from "./desk/routes.js";
import { ROUTES as GUESTS } from "./guests/routes.js";
import { ROUTES as HOUSE } from "./house/routes.js";
import { ROUTES as INVOICES } from "./invoices/routes.js";
import { Login, LoginAgain } from "./login/login.js";
import { ROUTES as OWN } from "./login/me.js";
import { ROUTES as OPERATIONS } from "./operations/routes.js";
import { ROUTES as REPORTS } from "./reports/routes.js";
import { ROUTES as SALES } from "./sales/routes.js";
import { person, session } from "./session.js";
import { Missing } from "./shell.js";

/** `[path, component]`; the app shows the first that matches. */
const ROUTES = [...DESK, ...GUESTS, ...HOUSE, ...REPORTS, ...INVOICES, ...SALES, ...OPERATIONS, ...OWN];

function App() {
  const language = useLanguage();
  const current = session.use();
  const whose = person()?.username;
  // The key renders everything again in the other language.
  return html`<${Router} hook=${useHashLocation} aroundNav=${navigateFromLayers} key=${language}>
    ${
      whose
        ? html`<${Switch} key=${whose}>
            ${ROUTES.map(([path, component]) => html`<${Route} path=${path} component=${component} />`)}
            <${Route} component=${Missing} />
          <//>`
        : html`<${Login} />`
    }
    ${whose && !current && html`<${LoginAgain} />`}
    <${Toasts} />
  <//>`;
}

render(html`<${App} />`, document.getElementById("app"));
fetchTheRest();
