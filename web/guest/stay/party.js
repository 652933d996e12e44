// Rooms and guests of the search: the line that shows them, and the sheet that changes them.
import "./texts.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { lazySheet } from "../../shared/lazy.js";
import { html, useState } from "../../vendor/preact.js";
import { partyText, useSearch } from "./search.js";

const PartySheet = lazySheet(() => import("./party_sheet.js"), "PartySheet");

/** A button that shows rooms and guests. A press opens the sheet. */
export function Party() {
  const search = useSearch();
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="party" onClick=${() => setOpen(true)} aria-haspopup="dialog">
      <span><span class="unseen">${t("stay.party")} </span>${partyText(search)}</span>
      <span class="go"><${Icon} name="people" size="20" /></span>
    </button>
    ${open && html`<${PartySheet} search=${search} onClose=${() => setOpen(false)} />`}`;
}
