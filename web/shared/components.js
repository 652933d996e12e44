// The components of both apps. Their styles are in base.css.
import { createContext, html, useContext, useEffect, useId, useRef, useState } from "../vendor/preact.js";
import { Problem, Unreachable } from "./api.js";
import { clock, moment, money } from "./format.js";
import { useLoad, useNow, useOnline } from "./hooks.js";
import { Icon } from "./icons.js";
import { language, setLanguage, t, textOr } from "./language.js";
import { useLayer } from "./layers.js";

/** A button. While `busy` it shows a spinner and cannot be pressed. `kind`: "", "plain", "quiet" or "danger". */
export function Button({ kind = "", small, wide, busy, disabled, onClick, children, type = "button", ...rest }) {
  const look = ["button", kind, small && "small", wide && "wide"].filter(Boolean).join(" ");
  return html`<button type=${type} class=${look} disabled=${disabled || busy} aria-busy=${busy ? "true" : undefined}
    onClick=${onClick} ...${rest}>${children}</button>`;
}

/** An input with a label. Extra properties go to the input. With `children` (options) it is a select. `wrong` is an error text. */
export function Field({ label, hint, wrong, children, multiline, onInput, ...rest }) {
  const id = useId();
  const note = wrong || hint ? `${id}-note` : undefined;
  const facts = { id, class: "input", "aria-describedby": note, "aria-invalid": wrong ? "true" : undefined, ...rest };
  const change = onInput && ((event) => onInput(event.currentTarget.value));
  let control = html`<input ...${facts} onInput=${change} />`;
  if (multiline) control = html`<textarea ...${facts} onInput=${change}></textarea>`;
  if (children) control = html`<select ...${facts} onChange=${change}>${children}</select>`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control}
    ${wrong ? html`<span class="wrong" id=${note}>${wrong}</span>` : hint && html`<span class="hint" id=${note}>${hint}</span>`}
  </div>`;
}

/** Buttons of which one is pressed. `options` are `[value, text]`; `look` is "segments", "filters" or "tabs". */
export function Segments({ label, options, value, onChange, look = "segments" }) {
  return html`<div class=${look} role="group" aria-label=${label}>${options.map(
    ([option, text]) => html`<button type="button" key=${option} aria-pressed=${option === value ? "true" : "false"}
      onClick=${() => onChange(option)}>${text}</button>`,
  )}</div>`;
}

/** A number with a minus and a plus. */
export function Quantity({ value, least = 1, most = 99, onChange, label }) {
  return html`<div class="quantity" role="group" aria-label=${label}>
    <button type="button" aria-label=${t("less")} disabled=${value <= least} onClick=${() => onChange(value - 1)}>−</button>
    <output aria-live="polite">${value}</output>
    <button type="button" aria-label=${t("more_of_it")} disabled=${value >= most} onClick=${() => onChange(value + 1)}>+</button>
  </div>`;
}

/** An amount, given in fen. */
export function Price({ fen, was = false }) {
  return html`<span class=${was ? "price was" : "price"}>${money(fen)}</span>`;
}

const TONES = {
  created: "warn",
  pending_payment: "warn",
  unconfirmed: "warn",
  cancelling: "warn",
  refunding: "warn",
  requested: "warn",
  processing: "warn",
  queued: "warn",
  opening_soon: "warn",
  paused: "warn",
  scheduled: "calm",
  reserved: "calm",
  paid: "good",
  checked_in: "good",
  shipped: "calm",
  received: "good",
  won: "good",
  open: "good",
  active: "good",
  succeeded: "good",
  sent: "good",
  unused: "good",
  done: "good",
  finished: "calm",
  refunded: "calm",
  returned: "calm",
  no_show: "bad",
  failed: "bad",
  sold_out: "bad",
  refused: "bad",
};

/** The status of an order, payment, refund or sale, with the text `status.<status>`. */
export function Status({ of }) {
  return html`<span class=${`badge ${TONES[of] || ""}`}>${textOr(`status.${of}`, of)}</span>`;
}

/** Returns an error in words: the text `problem.<code>` if there is one, else the API's own words. */
export function faultText(error) {
  if (error instanceof Unreachable) return t(error.offline ? "offline" : "unreachable");
  if (error instanceof Problem) return textOr(`problem.${error.code}`, error.message);
  return error.shown ? error.message : t("unexpected");
}

/** A box that says why something was refused. It is brought into sight; `of` is what it is about, such as the error. */
export function Alert({ tone = "bad", look = "", of, children }) {
  const place = useRef(null);
  // The margins in base.css keep it clear of bars that stick to the window.
  useEffect(() => place.current.scrollIntoView({ block: "nearest" }), [of]);
  return html`<div class=${`banner ${tone} ${look}`} role="alert" ref=${place}>${children}</div>`;
}

/** One line with the error of an action. An error that the return of the network mends goes away by itself. */
export function FaultLine({ error }) {
  const online = useOnline();
  if (!error || (error.offline && online)) return null;
  const fields = error instanceof Problem ? error.errors.map((it) => `${it.field}: ${it.message}`).join("; ") : "";
  return html`<${Alert} of=${error}>${faultText(error)}${fields && ` (${fields})`}<//>`;
}

/** A message in a box. `tone`: "", "warn", "bad" or "good". */
export function Banner({ tone = "", children }) {
  return html`<p class=${`banner ${tone}`}>${children}</p>`;
}

/** Grey shapes while something is loading. */
export function Loading({ rows = 3, tall = false }) {
  return html`<div class="skeleton" role="status" aria-label=${t("loading")}>
    ${Array.from({ length: rows }, (_, at) => html`<span class=${tall && at === 0 ? "tall" : ""}></span>`)}
  </div>`;
}

/** Says that there is nothing, and what to do next. `picture` names one of images/empty-*.svg. */
export function Empty({ title, children, picture = "search" }) {
  return html`<div class="state"><img src=${`/images/empty-${picture}.svg`} alt="" width="180" height="120" />
    <h2>${title}</h2>${children}</div>`;
}

// Loaded in advance: it is shown when there is no network.
const AWAY = new Image();
AWAY.src = "/images/empty-offline.svg";

/** Says why something could not be loaded, with a button to try again. For a 404 it links to the start page. */
export function Failure({ error, retry }) {
  const away = error instanceof Unreachable;
  if (error.status === 404)
    return html`<${Empty} title=${faultText(error)}><a class="button" href="#/">${t("to_start")}</a><//>`;
  return html`<div class="state" role="alert"><img src=${AWAY.src} alt="" width="180" height="120" />
    <h2>${away ? faultText(error) : t("could_not_load")}</h2>
    ${!away && html`<p>${faultText(error)}</p>`}
    ${retry && html`<${Button} kind="plain" onClick=${retry}>${t("try_again")}<//>`}
  </div>`;
}

/** Shows a `useLoad`: grey shapes, a failure, or `children(data)`. If a reload fails, the old data stay. */
export function Loaded({ from, children, rows, tall }) {
  if (from.data === undefined) {
    return from.error
      ? html`<${Failure} error=${from.error} retry=${from.reload} />`
      : html`<${Loading} rows=${rows} tall=${tall} />`;
  }
  return html`${from.error && html`<${FaultLine} error=${from.error} />`}${children(from.data)}`;
}

/** Shows a `useList`: `children(items)` and a button for more; `empty` if there are none. */
export function Listed({ from, children, empty, rows }) {
  if (from.items === undefined) return html`<${Loaded} from=${from} rows=${rows} />`;
  if (from.items.length === 0 && !from.hasMore) return empty;
  return html`${children(from.items)}
    ${from.error && html`<${FaultLine} error=${from.error} />`}
    ${from.hasMore && html`<${Button} kind="plain" wide busy=${from.loadingMore} onClick=${from.more}>${t("show_more")}<//>`}`;
}

/**
 * A picture in a frame. It shows `otherwise` if there is no picture or it cannot be loaded. The `first` picture of a page is fetched
 * at once and before others; the rest wait until they are near.
 */
export function Picture({ src, alt = "", className = "", first = false, otherwise = "/images/empty-picture.svg" }) {
  const [broken, setBroken] = useState(null);
  const shown = src && broken !== src ? src : otherwise;
  return html`<div class=${`picture ${className}`}>
    <img fetchpriority=${first ? "high" : undefined} loading=${first ? undefined : "lazy"} decoding="async" src=${shown} alt=${alt} onError=${() => setBroken(src)} />
  </div>`;
}

const Dismissal = createContext(() => {});

/** Shows a dialog over the page until it is unmounted. Escape and Back call `dismiss`, which closes it or asks first. Returns its handlers. */
export function useModal(dialog, dismiss) {
  useLayer(dismiss);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    // The keyboard goes on where it was, or at the top of the page if what opened the dialog is gone.
    return () => (opener?.isConnected ? opener : document.getElementById("main"))?.focus({ preventScroll: true });
  }, []);
  const press = (event) => {
    // A login over this dialog takes the key first. While a text is composed, the key ends that.
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    dismiss();
  };
  const cancel = (event) => {
    if (event.target !== dialog.current) return;
    event.preventDefault();
    dismiss();
  };
  // Browsers close a dialog by themselves if they are asked twice, as by the Back gesture of a phone.
  const closed = (event) => {
    if (event.target !== dialog.current) return;
    dialog.current.showModal();
    dismiss();
  };
  return { onKeyDown: press, onCancel: cancel, onClose: closed };
}

/**
 * A sheet over the page; its content should be in one column. Escape, Back, the close button and a press on the veil close it. While it
 * is `held`, because something was typed in it, it asks before it closes, and a press on the veil does nothing. `onClose` closes it.
 */
export function Sheet({ title, onClose, held, children }) {
  const dialog = useRef(null);
  const id = useId();
  const [asks, setAsks] = useState(false);
  const dismiss = () => (held ? setAsks(true) : onClose());
  const handlers = useModal(dialog, dismiss);
  const veil = (event) => event.target === dialog.current && !held && onClose();
  return html`<dialog ref=${dialog} class="sheet" aria-labelledby=${id} ...${handlers} onMouseDown=${veil}>
    <header><h2 id=${id}>${title}</h2>
      <button type="button" class="icon-button" aria-label=${t("close")} onClick=${dismiss}><${Icon} name="close" /></button>
    </header>
    <div class="body"><${Dismissal.Provider} value=${dismiss}>${children}<//></div>
    ${
      asks &&
      html`<${Confirm} title=${t("discard_title")} action=${t("discard")} back=${t("discard_not")} onConfirm=${onClose}
        onClose=${() => setAsks(false)}><p>${t("discard_hint")}</p><//>`
    }
  </dialog>`;
}

/** The button of a sheet that leaves it. It asks first while the sheet is held. */
export function LeaveButton({ children }) {
  const dismiss = useContext(Dismissal);
  return html`<${Button} kind="plain" onClick=${dismiss}>${children ?? t("back")}<//>`;
}

/**
 * The facts that a sheet tells, read anew when it opens and after a refusal (409): the page behind it may be old. `read` returns them,
 * `obstacle(facts)` says in words why the action is not possible any more. They are read again when `since` changes. Returns
 * `{ready, loading, now, tell}`: `ready` if it is possible, `now` are the facts, `tell(children)` shows them.
 */
export function useFacts(read, obstacle, error, since) {
  const refused = error?.status === 409 ? error : null;
  const facts = useLoad(async () => (read ? await read() : true), [refused, since]);
  const why = facts.data !== undefined && obstacle?.(facts.data);
  const tell = (children) => {
    if (!read) return children;
    return html`<${Loaded} from=${facts} rows=${1}>${(now) => {
      if (why) return html`<${Banner} tone="warn">${why}<//>`;
      return typeof children === "function" ? children(now) : children;
    }}<//>`;
  };
  const ready = !read || (facts.data !== undefined && !why);
  return { ready, loading: Boolean(read) && facts.loading, now: facts.data, tell };
}

/**
 * Asks before an action that cannot be undone. If the action fails, it stays open and shows the error. With `read` it tells what is
 * true now (`useFacts`), and `children` may be a function of that.
 */
export function Confirm({
  title,
  children,
  action,
  back,
  read,
  obstacle,
  since,
  onConfirm,
  onClose,
  busy,
  error,
  danger = true,
}) {
  const facts = useFacts(read, obstacle, error, since);
  return html`<${Sheet} title=${title} onClose=${onClose}>
    ${facts.tell(children)}
    <${FaultLine} error=${error} />
    <div class="row wrap">
      <${LeaveButton}>${back}<//>
      ${facts.ready && html`<${Button} kind=${danger ? "danger" : ""} busy=${busy} disabled=${facts.loading} onClick=${onConfirm}>${action}<//>`}
    </div>
  <//>`;
}

/** The time left until a moment, then `children`. Calls `onEnd` once when the time is over. */
export function Countdown({ until, onEnd, children }) {
  const now = useNow(500);
  const left = (Date.parse(until) - now) / 1000;
  const ended = left <= 0;
  const told = useRef(null);
  useEffect(() => {
    if (ended && told.current !== until) {
      told.current = until;
      onEnd?.();
    }
  }, [ended, until]);
  return ended ? (children ?? null) : html`<time class="number" role="timer" datetime=${until}>${clock(left)}</time>`;
}

/** The past statuses of an order. */
export function Timeline({ steps }) {
  return html`<ol class="timeline">
    ${steps.map(
      (step) => html`<li key=${step.status + step.at}>
      <span>${textOr(`status.${step.status}`, step.status)}</span><time class="number" datetime=${step.at}>${moment(step.at)}</time>
    </li>`,
    )}
  </ol>`;
}

const toasts = { show: null };

/** Shows a short message for some seconds, also to screen readers. */
export function toast(text) {
  toasts.show?.(text);
}

/** The place of the toasts; each app has one. */
export function Toasts() {
  const [shown, setShown] = useState([]);
  toasts.show = (text) => {
    const one = { text, id: Math.random() };
    setShown((before) => [...before.slice(-2), one]);
    setTimeout(() => setShown((before) => before.filter((it) => it !== one)), 4000);
  };
  return html`<div class="toasts" role="status" aria-live="polite">${shown.map((it) => html`<p key=${it.id}>${it.text}</p>`)}</div>`;
}

/** Says that there is no network. */
export function OfflineBar() {
  return useOnline() ? null : html`<p class="offline" role="status">${t("offline")}</p>`;
}

/** The button that switches to the other language. */
export function LanguageSwitch() {
  const other = language() === "zh" ? "en" : "zh";
  return html`<button type="button" class="button quiet small" lang=${other === "zh" ? "zh-CN" : "en"}
    onClick=${() => setLanguage(other)}>${other === "zh" ? "中文" : "English"}</button>`;
}
