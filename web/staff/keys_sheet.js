// The sheet that lists the keys, and switches them off and on.
import "./keys_texts.js";
import { LeaveButton, Sheet } from "../shared/components.js";
import { t } from "../shared/language.js";
import { html, useState } from "../vendor/preact.js";
import { areKeysOn, FIND, HELP, HERE, PAGES, switchKeys } from "./keys.js";

const WORDS = {
  "/bookings/new": "page.new_booking",
  "/": "page.today",
  "/bookings": "page.bookings",
  "/calendar": "page.calendar",
};

export function KeysSheet({ onClose }) {
  const [on, setOn] = useState(areKeysOn());
  const turn = (event) => {
    switchKeys(event.currentTarget.checked);
    setOn(event.currentTarget.checked);
  };
  const keys = [
    ...Object.entries(PAGES).map(([key, path]) => [key, t(WORDS[path])]),
    ...HERE.map((key) => [key, t(`keys.here.${key}`)]),
    [FIND, t("keys.find")],
    [HELP, t("keys.help")],
  ];
  return html`<${Sheet} title=${t("keys")} onClose=${onClose}>
    <dl class="facts desk-keys">${keys.map(([key, does]) => html`<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`)}</dl>
    <p class="small muted">${t("keys.hint")}</p>
    <label class="check"><input type="checkbox" checked=${on} onChange=${turn} /><span>${t("keys.on")}</span></label>
    <div class="row"><${LeaveButton} /></div>
  <//>`;
}
