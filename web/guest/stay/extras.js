// The extras of a hotel, which the guest books with the room: breakfast, a cot, a ride.
import "./form/texts.js";
import { everything } from "../../shared/api.js";
import { Quantity } from "../../shared/components.js";
import { inLanguage, t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";
import { perText } from "./sum.js";

/** The most different extras in one booking, and of each (openapi.yaml). */
const MOST_KINDS = 10;
const MOST = 99;

/** Returns the extras that the hotel offers now. */
export function readExtras(hotelId) {
  return everything(api, `/api/hotels/${hotelId}/extras`);
}

/** Returns the extras that are chosen and on offer: `{extra, quantity}`. `quantities` maps an extra's id to its quantity. */
export function chosenOf(extras, quantities) {
  return extras
    .map((extra) => ({ extra, quantity: quantities[extra.extra_id] || 0 }))
    .filter(({ quantity }) => quantity > 0);
}

/** The extras, each with a minus and a plus. `onChange` gets the new quantities. */
export function Extras({ extras, quantities, onChange }) {
  if (extras.length === 0) return null;
  const kinds = chosenOf(extras, quantities).length;
  return html`<section class="card stack" aria-labelledby="extras">
    <h2 id="extras">${t("book.extras")}</h2>
    <ul class="stack">${extras.map((it) => {
      const quantity = quantities[it.extra_id] || 0;
      const most = quantity === 0 && kinds >= MOST_KINDS ? 0 : MOST;
      return html`<li key=${it.extra_id} class="row between"><span class="grow">${inLanguage(it.name)}
        <small class="small muted number extra-price">${perText(it)}</small></span>
        <${Quantity} label=${inLanguage(it.name)} value=${quantity} least=${0} most=${most}
          onChange=${(count) => onChange({ ...quantities, [it.extra_id]: count })} /></li>`;
    })}</ul>
  </section>`;
}
