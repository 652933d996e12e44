// The guest app. Each area has a folder with its pages, routes and texts.
import "../shared/texts.js";
import "./texts.js";
import { Failure, Toasts } from "../shared/components.js";
import { useLanguage } from "../shared/language.js";
import { navigateFromLayers } from "../shared/layers.js";
import { fetchTheRest, lazyLater } from "../shared/lazy.js";
import { html, Route, Router, render, Switch, useEffect, useErrorBoundary, useHashLocation } from "../vendor/preact.js";
import { Consent } from "./consent.js";
import { ROUTES as FLASH } from "./flash/routes.js";
import { ROUTES as LOGIN } from "./login/routes.js";
import { ROUTES as ME } from "./me/routes.js";
import { ROUTES as ORDERS } from "./orders/routes.js";
import { Missing } from "./shell.js";
import { ROUTES as SHOP } from "./shop/routes.js";
import { ROUTES as STAY } from "./stay/routes.js";

const Welcome = lazyLater(() => import("./login/welcome.js"), "Welcome");

/** `[path, component]`; the app shows the first that matches. */
const ROUTES = [...STAY, ...SHOP, ...FLASH, ...ORDERS, ...ME, ...LOGIN];

function App() {
  // Renders everything again in the other language. What the guest has typed or opened stays.
  useLanguage();
  const [fault, forget] = useErrorBoundary();
  useEffect(() => {
    if (!fault) return undefined;
    // After an error, another page works again.
    addEventListener("hashchange", forget);
    return () => removeEventListener("hashchange", forget);
  }, [fault]);
  if (fault) {
    console.error(fault);
    return html`<main><${Failure} error=${fault} retry=${() => location.reload()} /></main>`;
  }
  return html`<${Router} hook=${useHashLocation} aroundNav=${navigateFromLayers}>
    <${Switch}>
      ${ROUTES.map(([path, component]) => html`<${Route} path=${path} component=${component} />`)}
      <${Route} component=${Missing} />
    <//>
    <${Welcome} />
    <${Consent} />
    <${Toasts} />
  <//>`;
}

render(html`<${App} />`, document.getElementById("app"));
fetchTheRest();
