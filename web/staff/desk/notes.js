// The section of notes: what the guest asked for, what staff wrote, and a field for what the next shift has to know.
import "./notes_texts.js";
import { Button, FaultLine, Field, Segments } from "../../shared/components.js";
import { moment } from "../../shared/format.js";
import { useAction } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";

const LONGEST = 1000;

/** The section of a booking's page: notes of the stay, and of its guest if a guest has it. */
export function Notes({ booking, onChange }) {
  const { order_no: orderNo, user_id: userId, notes, guest_notes: ofGuest = [] } = booking;
  const stay = { name: "stay", path: `/api/staff/orders/${orderNo}/notes`, notes };
  const guest = {
    name: "guest",
    path: `/api/staff/guests/${userId}/notes`,
    notes: ofGuest,
    body: { hotel_id: booking.hotel_id },
  };
  return html`<${NotesCard} lists=${userId ? [stay, guest] : [stay]} onSaved=${onChange} />`;
}

/**
 * `lists` are what can be noted: `{name, path, notes, body, hotelOf}`. `name` is part of the keys of texts, `body` goes with each note of
 * it, and `hotelOf(note)` names the hotel of a note where that is not plain.
 */
export function NotesCard({ lists, onSaved }) {
  const several = lists.length > 1;
  return html`<section class="card stack notes" aria-labelledby="notes">
    <h2 id="notes">${t("notes.title")}</h2>
    ${lists.map(
      (it) => html`${several && it.notes.length > 0 && html`<h3>${t(`notes.of_${it.name}`)}</h3>`}
        <${List} key=${it.name} notes=${it.notes} hotelOf=${it.hotelOf} />`,
    )}
    ${lists.every((it) => it.notes.length === 0) && html`<p class="muted">${t("notes.none")}</p>`}
    <${Write} lists=${lists} onSaved=${onSaved} />
  </section>`;
}

function List({ notes, hotelOf }) {
  if (notes.length === 0) return null;
  return html`<ul class="notes-list">${notes.map(
    (it) => html`<li key=${it.note_id}><p>${it.text}</p><p class="muted small number">${aboutOf(it, hotelOf)}</p></li>`,
  )}</ul>`;
}

/** Returns who wrote a note, when, and for which hotel: "clerk · 21 Nov, 14:03". */
function aboutOf(note, hotelOf) {
  const by = note.note_id === "requests" ? t("notes.by_guest") : note.by;
  return [by, moment(note.at), hotelOf?.(note)].filter(Boolean).join(" · ");
}

/** What was typed stays until it is saved. */
function Write({ lists, onSaved }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(lists[0].name);
  const list = lists.find((it) => it.name === chosen) ?? lists[0];
  const save = useAction(async () => {
    const text = typed.trim();
    if (!text) return;
    await postOnce(api, `note ${list.path}`, list.path, { text, ...list.body });
    setTyped("");
    await onSaved();
  });
  const submit = (event) => {
    event.preventDefault();
    save.run();
  };
  return html`<form class="stack tight" onSubmit=${submit}>
    <${Field} label=${t(`notes.write_${list.name}`)} multiline rows="2" maxlength=${LONGEST} value=${typed} onInput=${setTyped} hint=${t(`notes.hint_${list.name}`)} />
    <${FaultLine} error=${save.error} />
    <div class="row wrap between">
      ${lists.length > 1 ? html`<${Segments} look="tabs" label=${t("notes.about")} options=${lists.map((it) => [it.name, t(`notes.about_${it.name}`)])} value=${list.name} onChange=${setChosen} />` : html`<span></span>`}
      <${Button} type="submit" kind="plain" busy=${save.busy} disabled=${!typed.trim()}>${t("notes.save")}<//>
    </div>
  </form>`;
}
