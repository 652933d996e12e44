// A form in a sheet, declared by its fields. An error of the API is shown at its field. What was typed is never lost.
import "./texts.js";
import { Problem } from "../../shared/api.js";
import { Alert, Button, FaultLine, LeaveButton, Sheet, useFacts } from "../../shared/components.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { FormField } from "./fields.js";
import { bodyOf, inputsOf, remarksOf } from "./values.js";

/**
 * @typedef {object} FieldOf one field of a form
 * @property {string} name as the API calls it
 * @property {string} label
 * @property {"text"|"number"|"yuan"|"signed_yuan"|"percent"|"select"|"check"|"choices"|"tags"|"image"|"images"|"datetime"|"date"|"password"} kind
 *   `yuan` is typed in yuan and sent in fen, `signed_yuan` also below 0. `percent` is sent in basis points. `tags` is typed with commas and sent as a list.
 *   `choices` are several of `options`. `datetime` is typed in the browser's time zone and sent in UTC.
 * @property {boolean} [required] the form refuses an empty field. An empty optional field is left out, or sent as "" (text) or []
 *   (lists)
 * @property {number} [least] of `number` and `yuan` (in fen): the form refuses less. For fields with their sign in another field
 * @property {boolean} [clears] an empty optional field is sent as null: the API keeps what is not sent
 * @property {string} [hint]
 * @property {[string, string][]} [options] value and text, of `select` and `choices`
 * @property {boolean} [multiline] of `text`
 * @property {string} [autocomplete] what the browser may fill in; by default nothing, and a new password in `password`
 * @property {boolean} [wide] the field takes a whole line
 * @property {boolean} [locked] the field is shown and sent, and cannot be changed
 * @property {(values: object, facts: object) => boolean} [when] whether the field is shown, by the values of the others and by what was
 *   read (`undefined` before that)
 * @property {(value: any, body: object, facts: object) => string | null} [check] says why a value is refused that does not go with
 *   the others, or with what was read
 * @property {boolean} [focus] the field has the focus when the sheet opens
 */

/**
 * @param {string} title
 * @param {FieldOf[]} fields
 * @param {object} values the first values, as the API returns them
 * @param {(body: object, values: object, facts: object) => Promise} onSave sends the body; `values` are the first values, for their
 *   `version`. Then the form closes.
 * @param {() => void} onClose
 * @param {(made: any) => void} [onDone] closes the form after `onSave`, and gets what that returned; else `onClose` does
 * @param {() => Promise<object>} [onReload] reads the values again, for a `version_conflict`
 * @param {string | ((body: object, facts: object) => string)} [submit] the button's text; it may name what was typed
 * @param {string} [kind] the look of the button
 * @param {boolean} [eager] the button has the focus when the sheet opens, so that Enter sends. Not for what cannot be undone
 * @param {(facts: object) => object} [propose] the first values by what is true now: what was typed stays
 * @param {(body: object, facts: object) => any} [says] tells below the fields what the form will do
 * @param {() => Promise<object>} [read] reads the facts that the form tells, when it opens; `children` may be a function of them
 * @param {(facts: object) => string | null} [obstacle] says why the form cannot be sent any more
 */
export function FormSheet({
  title,
  fields,
  values,
  onSave,
  onClose,
  onDone,
  onReload,
  submit,
  kind,
  eager,
  propose,
  says,
  read,
  obstacle,
  children,
}) {
  const save = useAction(async (...sent) => {
    const made = await onSave(...sent);
    (onDone ?? onClose)(made);
  });
  const facts = useFacts(read, obstacle, save.error);
  const form = useForm(fields, values, save, facts);
  useEffect(() => {
    if (propose && facts.now) form.rebase(propose(facts.now));
  }, [facts.now]);
  const body = form.body();
  const conflict = onReload && form.error instanceof Problem && form.error.code === "version_conflict";
  return html`<${Sheet} title=${title} onClose=${onClose} held=${form.typed}>
    <form class="stack form" novalidate ref=${form.element} onSubmit=${form.submit} onKeyDown=${sendByEnter}>
      ${facts.tell(children)}
      <div class="fields">${form.asked.map(
        (field) => html`<${FormField} key=${field.name} field=${field} value=${form.inputs[field.name]}
          wrong=${form.remarks[field.name]} onChange=${(value) => form.type(field.name, value)} />`,
      )}</div>
      ${says && facts.ready && html`<div class="stack small" role="status">${says(body, facts.now)}</div>`}
      ${conflict ? html`<${Conflict} form=${form} onReload=${onReload} />` : html`<${FaultLine} error=${form.shownError} />`}
      <div class="row wrap feet">
        <${LeaveButton} />
        <${Button} type="submit" kind=${kind} busy=${form.busy} aria-disabled=${facts.ready ? undefined : "true"} autofocus=${eager}>
          ${(typeof submit === "function" ? submit(body, facts.now) : submit) || t("save")}<//>
      </div>
    </form>
  <//>`;
}

/** Enter sends a form from a choice too, as it does from an input: browsers open the choice instead, which other keys do as well. */
export function sendByEnter(event) {
  if (event.key !== "Enter" || event.target.tagName !== "SELECT") return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

function useForm(fields, values, save, facts) {
  const [base, setBase] = useState(values);
  const [inputs, setInputs] = useState(() => inputsOf(fields, values));
  const [missing, setMissing] = useState({});
  const element = useRef(null);
  const asked = fields.filter((it) => !it.when || it.when(inputs, facts.now));
  const said = remarksOf(save.error, asked);
  const showWrong = () => setTimeout(() => element.current?.querySelector('[aria-invalid="true"]')?.focus());
  const submit = async (event) => {
    event.preventDefault();
    if (!facts.ready) return;
    const { body, remarks } = bodyOf(asked, inputs, facts.now);
    setMissing(remarks);
    if (Object.keys(remarks).length === 0) await save.run(body, base, facts.now);
    showWrong();
  };
  const type = (name, value) => {
    setInputs((before) => ({ ...before, [name]: value }));
    setMissing(({ [name]: _, ...others }) => others);
  };
  // Takes the changes of others and keeps what was typed here, also what was typed since the last render.
  const rebase = (fresh) => {
    const before = inputsOf(fields, base);
    setBase(fresh);
    setInputs((now) => {
      const typed = Object.entries(now).filter(([name, value]) => differs(value, before[name]));
      return { ...inputsOf(fields, fresh), ...Object.fromEntries(typed) };
    });
  };
  const remarks = { ...said.remarks, ...missing };
  const typed = differs(inputs, inputsOf(fields, base));
  const body = () => bodyOf(asked, inputs, facts.now).body;
  return { ...save, body, asked, inputs, typed, remarks, shownError: said.rest, element, submit, type, rebase };
}

function differs(one, other) {
  return JSON.stringify(one) !== JSON.stringify(other);
}

function Conflict({ form, onReload }) {
  const reload = useAction(async () => {
    form.rebase(await onReload());
    form.clear();
  });
  return html`<${Alert} tone="warn"><div class="stack">
    <p>${t("form.conflict")}</p>
    <div><${Button} kind="plain" small busy=${reload.busy} onClick=${reload.run}>${t("form.rebase")}<//></div>
    <${FaultLine} error=${reload.error} />
  </div><//>`;
}
