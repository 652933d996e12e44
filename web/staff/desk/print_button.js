// The button that prints a page.
import { Button } from "../../shared/components.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";

export function PrintButton() {
  return html`<${Button} kind="plain" onClick=${() => print()} aria-keyshortcuts="p"><${Icon} name="printer" size="18" />${t("print")}<//>`;
}
