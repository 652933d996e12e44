// One guest: who it is, the stays, what was noted; for admins also balance, points, coupons and orders.
import "./texts.js";
import { orNull } from "../../shared/api.js";
import { Empty, Listed, Loaded, Price, Status } from "../../shared/components.js";
import { day, money, telephoneLink } from "../../shared/format.js";
import { useList, useLoad } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { lazy } from "../../shared/lazy.js";
import { html, Link } from "../../vendor/preact.js";
import { NotesCard } from "../desk/notes.js";
import { Said } from "../desk/said.js";
import { roomOf, stayOf } from "../desk/stay_text.js";
import { Code, Facts } from "../parts.js";
import { api, isAdmin } from "../session.js";
import { Page } from "../shell.js";

const Accounts = lazy(() => import("../operations/guests.js"), "Accounts");
const OrderTable = lazy(() => import("../sales/shop_orders.js"), "OrderTable");
const PAGE = 10;

export function Guest({ params }) {
  const userId = params.user_id;
  const from = useLoad(() => orNull(api.get(`/api/staff/guests/${encodeURIComponent(userId)}`)), [userId]);
  const title = from.data ? t("guests.of", { name: nameOf(from.data) }) : t("page.guests");
  return html`<${Page} title=${title} back="/guests">
    <${Loaded} from=${from} rows=${3} tall>${(guest) =>
      guest
        ? html`<${Whole} key=${userId} guest=${guest} onChange=${from.reload} />`
        : html`<${Empty} title=${t("operations.no_guest")} picture="search"><p>${t("guests.unknown_hint")}</p><//>`}<//>
  <//>`;
}

function nameOf({ nickname, bookings }) {
  return bookings[0]?.guest_name || nickname || t("guests.nameless");
}

function Whole({ guest, onChange }) {
  return html`<div class="columns">
      <div class="stack">
        <${Stays} userId=${guest.user_id} />
        ${isAdmin() && html`<${Orders} orders=${guest.orders} />`}
      </div>
      <div class="stack">
        <${Who} guest=${guest} />
        <${NotesCard} lists=${[listOf(guest)]} onSaved=${onChange} />
        ${isAdmin() && html`<${Coupons} coupons=${guest.coupons} />`}
      </div>
    </div>
    ${isAdmin() && html`<${Accounts} userId=${guest.user_id} onChange=${onChange} />`}`;
}

function listOf({ user_id: userId, notes, bookings }) {
  const hotels = new Map(bookings.map((it) => [it.hotel_id, inLanguage(it.hotel_name)]));
  const hotelOf = (note) => (hotels.size > 1 ? hotels.get(note.hotel_id) : null);
  return { name: "guest", path: `/api/staff/guests/${userId}/notes`, notes, hotelOf };
}

function Who({ guest }) {
  const phone =
    guest.phone_number && html`<a class="number" href=${telephoneLink(guest.phone_number)}>${guest.phone_number}</a>`;
  return html`<section class="card stack"><h2>${t("guests.who")}</h2>
    <${Facts} facts=${[
      [t("guests.nickname"), guest.nickname],
      [t("guests.phone"), phone],
      [t("guests.user_id"), html`<${Code}>${guest.user_id}<//>`],
      [t("operations.account.balance"), guest.balance === undefined ? null : money(guest.balance)],
      [t("operations.account.points"), guest.points],
    ]} />
  </section>`;
}

function Stays({ userId }) {
  const stays = useList((cursor) => api.get("/api/staff/bookings", { user_id: userId, cursor, limit: PAGE }), [userId]);
  return html`<section class="stack" aria-labelledby="stays"><h2 id="stays">${t("guests.stays")}</h2>
    <${Listed} from=${stays} rows=${2} empty=${html`<p class="card muted">${t("guests.no_stays")}</p>`}>${(items) =>
      html`<ul class="cells">${items.map((it) => html`<li key=${it.order_no}><${OneStay} booking=${it} /></li>`)}</ul>`}<//>
  </section>`;
}

function OneStay({ booking }) {
  return html`<${Link} href=${`/bookings/${booking.order_no}`} class="cell guests-cell"><div class="grow">
      <p class="number"><strong>${stayOf(booking)}</strong></p>
      <p>${inLanguage(booking.hotel_name)} · ${roomOf(booking)}</p>
      <p class="muted small">${booking.guest_name}</p>
      <${Said} booking=${booking} />
    </div><div class="guests-sum"><${Status} of=${booking.status} /><${Price} fen=${booking.payable} /></div><//>`;
}

function Orders({ orders }) {
  return html`<section class="stack"><h2>${t("guests.orders")}</h2>
    ${orders.length > 0 ? html`<${OrderTable} items=${orders} />` : html`<p class="card muted">${t("guests.no_orders")}</p>`}
  </section>`;
}

function Coupons({ coupons }) {
  return html`<section class="card stack"><h2>${t("guests.coupons")}</h2>
    ${
      coupons.length > 0
        ? html`<ul class="stack tight">${coupons.map(
            (
              it,
            ) => html`<li key=${it.coupon_id} class="row between"><span>${inLanguage(it.name)} · ${money(it.amount)}<br />
              <span class="muted small">${t("guests.until", { day: day(it.valid_until.slice(0, 10)) })}</span></span><${Status} of=${it.status} /></li>`,
          )}</ul>`
        : html`<p class="muted">${t("guests.no_coupons")}</p>`
    }
  </section>`;
}
