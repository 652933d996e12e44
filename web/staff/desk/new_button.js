// The way to a new booking, beside the heading of a page.
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";

export function NewButton() {
  return html`<${Link} href="/bookings/new" class="button" aria-keyshortcuts="n"><${Icon} name="plus" size="18" />${t("page.new_booking")}<//>`;
}
