// The hotels of this member of staff, and the one that they chose last.
import "./texts.js";
import { Empty, Field, Loaded } from "../../shared/components.js";
import { useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { device } from "../../shared/storage.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { allHotels } from "../house/hotels.js";
import { isAdmin } from "../session.js";

const KEY = "posthouse.desk.hotel";

/** Returns `{from, hotels, hotel, choose}`: the hotels of this member of staff, and the chosen one. */
export function useHotel() {
  const from = useLoad(allHotels);
  const [chosen, setChosen] = useState(device.get(KEY));
  const hotels = from.data ?? [];
  const hotel = hotels.find((it) => it.hotel_id === chosen) ?? hotels[0];
  const choose = (hotelId) => {
    device.set(KEY, hotelId);
    setChosen(hotelId);
  };
  return { from, hotels, hotel, choose };
}

/** The choice of a hotel; only a name if there is one hotel. */
export function HotelChooser({ place }) {
  if (place.hotels.length === 0) return null;
  if (place.hotels.length === 1) return html`<span class="desk-house">${inLanguage(place.hotel.name)}</span>`;
  return html`<${Field} label=${t("desk.hotel")} value=${place.hotel.hotel_id} onInput=${place.choose}>
    ${place.hotels.map((it) => html`<option value=${it.hotel_id} selected=${it === place.hotel}>${inLanguage(it.name)}</option>`)}
  <//>`;
}

/** Shows `children(hotel)` when the hotels are loaded. */
export function AtHotel({ place, children }) {
  return html`<${Loaded} from=${place.from} rows=${4}>
    ${() => (place.hotel ? children(place.hotel) : html`<${NoHotel} />`)}
  <//>`;
}

function NoHotel() {
  return html`<${Empty} title=${t("desk.no_hotel")}>
    <p>${t(isAdmin() ? "desk.no_hotel_admin" : "desk.no_hotel_staff")}</p>
    ${isAdmin() && html`<${Link} href="/hotels" class="button">${t("desk.to_hotels")}<//>`}
  <//>`;
}
