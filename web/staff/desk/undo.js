// The undo of the last change of nights: for a minute, all of its calls, the newest first. What could not be undone is told.
import "./nights_texts.js";
import { Alert, Button, FaultLine, faultText, toast } from "../../shared/components.js";
import { addDays, clock } from "../../shared/format.js";
import { useAction, useNow } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { api } from "../session.js";
import { rangeText } from "./nights.js";

/** How long the API undoes a call. */
const MINUTE_MS = 60_000;
/** So long a request may be under way: a press in the last moment would only be refused. */
const SPARE_MS = 1000;

// It stays while somebody looks at another page and comes back.
let last = null;

/** Returns `{made, keep, drop}`: the last change of a hotel's nights, `{calls, count, hotelId}`, or null. */
export function useLastChange(hotelId) {
  const [made, setMade] = useState(last?.hotelId === hotelId ? last : null);
  const put = (next) => {
    last = next;
    setMade(next);
  };
  return { made, keep: (change) => put({ ...change, hotelId }), drop: () => put(null) };
}

/** Says that nights were changed, and offers to undo it. `onChange` reads the nights again. */
export function Undo({ last: { made, drop }, onChange }) {
  return made && html`<${Offer} key=${made.calls[0].at} made=${made} drop=${drop} onChange=${onChange} />`;
}

function Offer({ made, drop, onChange }) {
  useNow();
  const [failed, setFailed] = useState([]);
  const [left, setLeft] = useState(made.calls);
  const undo = useAction(async () => {
    const refused = [];
    const calls = [...left];
    try {
      while (calls.length > 0) {
        const call = calls.at(-1);
        try {
          await api.post(`/api/staff/rooms/${call.room.room_id}/nights/undo`, { change_id: call.change_id });
        } catch (error) {
          // A definite refusal is told. Without one it may be tried again.
          if (!(error.status >= 400 && error.status < 500) || error.status === 401) throw error;
          refused.push({ ...call, error });
        }
        calls.pop();
        setLeft([...calls]);
      }
      if (refused.length === 0) {
        toast(t("nights.undone", { count: made.count }));
        drop();
      }
    } finally {
      setFailed((before) => [...before, ...refused]);
      await onChange();
    }
  });
  // The first call of a change ends first.
  const ends = made.calls[0].at + MINUTE_MS - SPARE_MS;
  const seconds = (ends - Date.now()) / 1000;
  const isOver = seconds <= 0 && !undo.busy;
  if (failed.length > 0) return html`<${NotUndone} failed=${failed} all=${made.calls.length} onClose=${drop} />`;
  if (isOver && !undo.error) return null;
  return html`<div class="banner desk-undo" role="group" aria-label=${t("nights.last_change")}>
    <span class="grow">${t("desk.nights_changed", { count: made.count })}</span>
    ${!isOver && html`<${Button} kind="plain" small busy=${undo.busy} onClick=${undo.run}>${t("nights.undo")} <span class="number" aria-hidden="true">${clock(seconds)}</span><//>`}
    <button type="button" class="icon-button" aria-label=${t("close")} onClick=${drop}><${Icon} name="close" size="18" /></button>
    <${FaultLine} error=${undo.error} />
  </div>`;
}

function NotUndone({ failed, all, onClose }) {
  return html`<${Alert} tone="warn" of=${failed}><div class="stack tight">
    <p>${t("nights.not_undone", { count: failed.length, total: all })}</p>
    <ul class="desk-far">${failed.map(
      (it) =>
        html`<li key=${it.change_id}><span>${inLanguage(it.room.name)} <span class="number">${rangeText({ from: it.from, to: addDays(it.to, -1) })}</span></span><span>${faultText(it.error)}</span></li>`,
    )}</ul>
    <div><${Button} kind="plain" small onClick=${onClose}>${t("close")}<//></div>
  </div><//>`;
}
