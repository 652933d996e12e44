// What the guest asked for and what staff noted, of the stay and of the guest, where it matters: in lists, and before the check-in.
import { html } from "../../vendor/preact.js";

export function Said({ booking: { notes, guest_notes: ofGuest = [] } }) {
  const told = [...ofGuest, ...notes];
  if (told.length === 0) return null;
  return html`<ul class="desk-said">${told.map((it) => html`<li key=${it.note_id}>${it.text}</li>`)}</ul>`;
}
