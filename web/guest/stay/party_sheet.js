// The sheet in which the guest chooses how many rooms, adults and children.
import "./form/texts.js";
import "./texts.js";
import { Button, Quantity, Sheet } from "../../shared/components.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { MOST, partyText, setSearch } from "./search.js";

export function PartySheet({ search, onClose }) {
  const [party, setParty] = useState({ units: search.units, adults: search.adults, children: search.children });
  const done = () => {
    setSearch(party);
    onClose();
  };
  return html`<${Sheet} title=${t("stay.party")} onClose=${onClose}>
    <${PartyFields} party=${party} onChange=${(part) => setParty({ ...party, ...part })} />
    <${Button} wide onClick=${done}>${t("stay.party_done", { party: partyText(party) })}<//>
  <//>`;
}

/** Rooms, adults and children, each with a minus and a plus. `onChange` gets what has changed: `{adults: 2}`. */
export function PartyFields({ party, mostUnits = MOST.units, onChange }) {
  return [
    ["units", "book.units", 1, mostUnits],
    ["adults", "stay.adults", 1, MOST.adults],
    ["children", "stay.children", 0, MOST.children],
  ].map(
    ([name, key, least, most]) => html`<div class="row between" key=${name}><span>${t(key)}</span>
      <${Quantity} label=${t(key)} value=${party[name]} least=${least} most=${most} onChange=${(count) => onChange({ [name]: count })} /></div>`,
  );
}
