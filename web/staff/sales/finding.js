// Ways to an order or to a state of orders.
import "./texts.js";
import { Button, Field } from "../../shared/components.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, useLocation, useState } from "../../vendor/preact.js";

/** An order by its number. */
export function FindOrder() {
  const [number, setNumber] = useState("");
  const [, go] = useLocation();
  const find = (event) => {
    event.preventDefault();
    if (/^[0-9A-Za-z_-]+$/.test(number.trim())) go(`/shop-orders/${number.trim()}`);
  };
  return html`<form class="row find" onSubmit=${find}>
    <${Field} label=${t("sales.order")} placeholder="S… / F…" autocomplete="off" value=${number} onInput=${setNumber} />
    <${Button} kind="plain" type="submit"><${Icon} name="search" size="18" />${t("sales.find")}<//>
  </form>`;
}

/** One of several views of a list: `options` are `[value, text]`. */
export function Tabs({ label, options, value, onChange }) {
  return html`<div class="tabs" role="group" aria-label=${label}>${options.map(
    ([option, text]) => html`<button type="button" key=${option} aria-pressed=${option === value ? "true" : "false"}
      onClick=${() => onChange(option)}>${text}</button>`,
  )}</div>`;
}
