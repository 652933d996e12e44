// What is printed of a booking: its folio, and the registration card that the guest signs. Each in a language of its own.
import "./texts.js";
import "./print_texts.js";
import { Loaded, Segments } from "../../shared/components.js";
import { useLoad } from "../../shared/hooks.js";
import { language, speaking, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { PrintButton } from "./print_button.js";
import { cardSheet, hasNotes } from "./print_card.js";
import { folioSheet } from "./print_folio.js";
import { findBooking } from "./reading.js";

/** Their own names: who looks for a language reads it. */
const LANGUAGES = [
  ["zh", "中文"],
  ["en", "English"],
];

/** Returns what both prints need. `whole` reads the booking with the whole phone number, which the audit notes. */
async function readPrint(orderNo, whole) {
  const [booking, folio] = await Promise.all([
    whole ? api.get(`/api/staff/bookings/${orderNo}`) : findBooking(orderNo),
    api.get(`/api/staff/bookings/${orderNo}/folio`),
  ]);
  return { booking, folio, hotel: await api.get(`/api/hotels/${booking.hotel_id}`) };
}

/** A page that shows a sheet of paper. `sheet(data, options)` writes it at once, as `speaking` asks for. */
function Print({ orderNo, title, whole = false, sheet, options }) {
  const [tongue, setTongue] = useState(language());
  const from = useLoad(() => readPrint(orderNo, whole), [orderNo]);
  const choices = html`<${Segments} look="tabs" label=${t("print.language")} options=${LANGUAGES} value=${tongue} onChange=${setTongue} /><${PrintButton} />`;
  return html`<${Page} title=${title} back=${`/bookings/${orderNo}`} actions=${choices}>
    <${Loaded} from=${from} rows=${6} tall>
      ${(data) => html`${options?.control(data)}
        <article class="paper" lang=${tongue === "zh" ? "zh-CN" : "en-GB"}>${speaking(tongue, () => sheet(data, options))}</article>`}
    <//>
  <//>`;
}

/** Guests and staff tell an order by the end of its number. */
const shortOf = (orderNo) => orderNo.slice(-6);

export function PrintFolio({ params: { order_no: orderNo } }) {
  return html`<${Print} orderNo=${orderNo} title=${t("print.folio_of", { end: shortOf(orderNo) })} sheet=${folioSheet} />`;
}

export function PrintCard({ params: { order_no: orderNo } }) {
  const [notes, setNotes] = useState(false);
  const control = ({ booking }) =>
    hasNotes(booking) &&
    html`<label class="check unprinted"><input type="checkbox" checked=${notes} onChange=${(event) => setNotes(event.currentTarget.checked)} />
      <span>${t("print.with_notes")}</span></label>`;
  return html`<${Print} orderNo=${orderNo} title=${t("print.card_of", { end: shortOf(orderNo) })} whole sheet=${cardSheet}
    options=${{ control, notes }} />`;
}
