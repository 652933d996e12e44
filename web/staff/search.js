// The field that finds bookings by what a guest says: a name, digits of a phone number or of an order number.
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { html, useLocation, useState } from "../vendor/preact.js";
import { SHORTEST_QUERY, searchFor } from "./desk/filters.js";

export function Search() {
  const [wanted, setWanted] = useState("");
  const [, navigate] = useLocation();
  const submit = (event) => {
    event.preventDefault();
    if (wanted.trim()) navigate(searchFor(wanted.trim()));
  };
  return html`<form class="desk-search" role="search" onSubmit=${submit}>
    <input class="input" type="search" minlength=${SHORTEST_QUERY} maxlength="100" aria-label=${t("search_bookings")} placeholder=${t("search_for")} value=${wanted}
      onInput=${(event) => setWanted(event.currentTarget.value)} />
    <button type="submit" class="icon-button" aria-label=${t("search")}><${Icon} name="search" /></button>
  </form>`;
}
