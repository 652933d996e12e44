// Finds a page by the number of an order or of a guest.
import { Button, Field } from "../shared/components.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, useLocation, useState } from "../vendor/preact.js";

/**
 * `path` is where the page is, without the number; `number` is what stands in the field at first. `kinds` are the letters
 * with which such numbers begin: what is no such number leads to no page.
 */
export function FindForm({ label, placeholder, path, kinds, number = "" }) {
  const [typed, setTyped] = useState(number);
  const [refused, setRefused] = useState(false);
  const [, go] = useLocation();
  const find = (event) => {
    event.preventDefault();
    const wanted = typed.trim().toUpperCase();
    const known = new RegExp(`^[${kinds}][0-9A-Z]{26}$`).test(wanted);
    setRefused(!known);
    if (known) go(`${path}/${wanted}`);
  };
  const change = (value) => {
    setRefused(false);
    setTyped(value);
  };
  return html`<form class="row find" onSubmit=${find}>
    <${Field} label=${label} placeholder=${placeholder} autocomplete="off" value=${typed} onInput=${change}
      wrong=${refused ? t("find_wrong", { kinds: [...kinds].join(" / ") }) : undefined} />
    <${Button} kind="plain" type="submit"><${Icon} name="search" size="18" />${t("find")}<//>
  </form>`;
}
