// What the guest asked for and what staff noted, shown where it matters: in lists, and before a guest is checked in.
import { html } from "../../vendor/preact.js";

export function Said({ booking: { requests, notes } }) {
  const told = [requests, ...(notes ?? []).map((it) => it.text)].filter(Boolean);
  if (told.length === 0) return null;
  return html`<ul class="desk-said">${told.map((it) => html`<li>${it}</li>`)}</ul>`;
}
