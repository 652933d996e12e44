// Finds a page by the number of an order or of a guest.
import { Button, Field } from "../shared/components.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, useLocation, useState } from "../vendor/preact.js";

/** `path` is where the page is, without the number; `number` is what stands in the field at first. */
export function FindForm({ label, placeholder, path, number = "" }) {
  const [typed, setTyped] = useState(number);
  const [, go] = useLocation();
  const find = (event) => {
    event.preventDefault();
    if (/^[0-9A-Za-z_-]+$/.test(typed.trim())) go(`${path}/${typed.trim()}`);
  };
  return html`<form class="row find" onSubmit=${find}>
    <${Field} label=${label} placeholder=${placeholder} autocomplete="off" value=${typed} onInput=${setTyped} />
    <${Button} kind="plain" type="submit"><${Icon} name="search" size="18" />${t("find")}<//>
  </form>`;
}
