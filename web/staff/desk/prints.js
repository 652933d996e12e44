// The section of the booking's page that leads to what is printed of it.
import "./print_texts.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";

export function Prints({ booking: { order_no: orderNo } }) {
  const link = (
    what,
    key,
  ) => html`<${Link} href=${`/bookings/${orderNo}/${what}`} class="button plain small" aria-keyshortcuts=${key}>
    <${Icon} name="printer" size="18" />${t(`print.${what}`)}<//>`;
  return html`<section class="card stack"><h2>${t("print.title")}</h2>
    <div class="row wrap">${link("card", "r")}${link("folio", "f")}</div></section>`;
}
