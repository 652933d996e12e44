// The orders tab: stays and goods, filtered by their status.
import "./texts.js";
import { Countdown, Empty, Listed, Picture, Price, Segments, Status } from "../../shared/components.js";
import { day, money } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { tab } from "../../shared/storage.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { RequireLogin } from "../login/require.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { nightsText } from "../stay/search.js";
import { owedOf } from "./folio.js";
import { GoodsOrders } from "./goods.js";

const KINDS = ["stays", "goods"];
const KEY = "posthouse.orders";
const STATES = [
  "",
  "pending_payment",
  "reserved",
  "paid",
  "checked_in",
  "finished",
  "refunding",
  "refunded",
  "cancelled",
  "no_show",
];

/** Stores which kind of order the tab shows the next time: the kind that the guest has seen last. */
export function rememberKind(kind) {
  tab.set(KEY, kind);
}

export function Orders() {
  return html`<${RequireLogin}><${Kinds} /><//>`;
}

function Kinds() {
  const [kind, setKind] = useState(tab.get(KEY) === "goods" ? "goods" : "stays");
  const choose = (next) => {
    rememberKind(next);
    setKind(next);
  };
  return html`<${Page} title=${t("orders.title")}>
    <${Segments} label=${t("orders.kinds")} options=${KINDS.map((it) => [it, t(`orders.${it}`)])} value=${kind} onChange=${choose} />
    ${kind === "goods" ? html`<${GoodsOrders} />` : html`<${Stays} />`}
  <//>`;
}

function Stays() {
  const [status, setStatus] = useState("");
  const bookings = useList((cursor) => api.get("/api/bookings", { status, cursor }), [status]);
  const none = html`<${Empty} title=${t(status ? "orders.none_so" : "orders.none")} picture="bookings">
    <${Link} class="button" href="/">${t("orders.find")}<//><//>`;
  const filters = STATES.map((it) => [it, it ? t(`status.${it}`) : t("orders.all")]);
  return html`<${Segments} look="filters" label=${t("orders.filter")} options=${filters} value=${status} onChange=${setStatus} />
    <${Listed} from=${bookings} empty=${none}>
      ${(items) => html`<ul class="stack halves" aria-label=${t("orders.stays")}>${items.map((it) => html`<li key=${it.order_no}><${Card} booking=${it} onEnd=${bookings.reload} /></li>`)}</ul>`}
    <//>`;
}

function Card({ booking, onEnd }) {
  const waits = booking.status === "pending_payment";
  return html`<${Link} class="card order-card" href=${`/bookings/${booking.order_no}`}>
    <div class="row between"><h2>${inLanguage(booking.hotel_name)}</h2><${Status} of=${booking.status} /></div>
    <div class="row booked-room"><${Picture} src=${booking.image} className="thumb" />
      <div class="grow"><p>${inLanguage(booking.room_name)}${booking.units > 1 && html` <span class="number">× ${booking.units}</span>`}</p>
        ${booking.bed && html`<p class="small muted">${inLanguage(booking.bed)}</p>`}
        <p class="small muted number">${day(booking.check_in)} – ${day(booking.check_out)} · ${nightsText(booking)}</p></div></div>
    <div class="row between"><${Price} fen=${booking.payable} />
      ${owedOf(booking) > 0 && html`<span class="small warn-text">${t("folio.owes")} ${money(owedOf(booking))}</span>`}
      ${waits && html`<span class="small pay-by">${t("orders.pay_within")} <${Countdown} until=${booking.expires_at} onEnd=${onEnd} /></span>`}</div>
  <//>`;
}
