// Small components of several pages of the console.
import { Button } from "../shared/components.js";
import { day, moment } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html } from "../vendor/preact.js";
import { isAdmin } from "./session.js";
import { Missing } from "./shell.js";

/** A page for admins. Others get the page for unknown paths. */
export const forAdmins = (page) => (props) => html`<${isAdmin() ? page : Missing} ...${props} />`;

/** A word on a coloured ground; `tone`: "", "good", "warn", "bad", "calm" or "accent". */
export function Badge({ tone = "", children }) {
  return html`<span class=${`badge ${tone}`}>${children}</span>`;
}

/** A number or id that people copy. */
export function Code({ children }) {
  return html`<code class="code">${children}</code>`;
}

/** A moment, to the minute. */
export function When({ at, seconds }) {
  return at
    ? html`<time class="number" datetime=${at}>${moment(at, { seconds })}</time>`
    : html`<span class="muted">—</span>`;
}

/** A date. */
export function Day({ date }) {
  return html`<time class="number" datetime=${date}>${day(date)}</time>`;
}

/** The button that adds something, beside a heading. */
export function AddButton({ onClick, children }) {
  return html`<${Button} onClick=${onClick}><${Icon} name="plus" size="18" />${children}<//>`;
}

/** The button that reloads a list. */
export function RefreshButton({ from }) {
  return html`<${Button} kind="plain" busy=${from.loading && from.data !== undefined} onClick=${from.reload}>
    <${Icon} name="refresh" size="18" />${t("refresh")}<//>`;
}

/** Terms and values: `[[term, value], …]`. Terms without a value are left out. */
export function Facts({ facts }) {
  return html`<dl class="facts">${facts
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([term, value, look]) => html`<dt>${term}</dt><dd class=${look}>${value}</dd>`)}</dl>`;
}
