// The section of what has become of a booking, state by state.
import "./texts.js";
import { Timeline } from "../../shared/components.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

export function History({ booking }) {
  return html`<section class="card stack"><h2>${t("desk.history")}</h2><${Timeline} steps=${booking.timeline} /></section>`;
}
