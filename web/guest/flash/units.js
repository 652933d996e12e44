// The units left in a sale: a bar and the number.
import "./texts.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

export function Units({ left, of }) {
  const text = left ? t("flash.left", { left, of }) : t("flash.left_none");
  return html`<span class="units">
    <progress class="units-bar" value=${left} max=${of} aria-label=${text}></progress>
    <span class="small number muted" aria-hidden="true">${text}</span></span>`;
}
