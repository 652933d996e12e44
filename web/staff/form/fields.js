// The inputs of a form, one for each kind of field.
import { Button, Field, Picture } from "../../shared/components.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, useId } from "../../vendor/preact.js";

const TYPES = {
  number: "text",
  yuan: "text",
  signed_yuan: "text",
  percent: "text",
  datetime: "datetime-local",
  hour: "time",
  date: "date",
  password: "password",
};
const MODES = { number: "decimal", yuan: "decimal", percent: "decimal" };

const UNITS = { yuan: "form.yuan", signed_yuan: "form.yuan", percent: "form.percent" };

/** One field with the input of its kind. */
export function FormField({ field, value, wrong, onChange }) {
  if (field.kind === "check")
    return html`<${Check} field=${field} value=${value} wrong=${wrong} onChange=${onChange} />`;
  if (field.kind === "choices")
    return html`<${Choices} field=${field} value=${value} wrong=${wrong} onChange=${onChange} />`;
  if (field.kind === "images")
    return html`<${Images} field=${field} value=${value} wrong=${wrong} onChange=${onChange} />`;
  if (field.kind === "image")
    return html`<${OneImage} field=${field} value=${value} wrong=${wrong} onChange=${onChange} />`;
  const facts = {
    name: field.name,
    label: labelOf(field),
    hint: field.hint ?? (field.kind === "datetime" ? zoneHint() : undefined),
    wrong,
    value,
    onInput: onChange,
    required: field.required,
    disabled: field.locked,
    autofocus: field.focus,
  };
  const wide = field.wide || field.multiline ? "wide" : undefined;
  if (field.kind === "select") {
    return html`<div class=${wide}><${Field} ...${facts}>
      ${field.options.map(([option, text]) => html`<option value=${option} selected=${String(value) === String(option)}>${text}</option>`)}
    <//></div>`;
  }
  const type = TYPES[field.kind] || "text";
  const autocomplete = field.autocomplete ?? (field.kind === "password" ? "new-password" : "off");
  return html`<div class=${wide}><${Field} ...${facts} type=${type} inputmode=${MODES[field.kind]} multiline=${field.multiline}
    autocomplete=${autocomplete} /></div>`;
}

/** Returns a hint on the time zone of a typed moment; none in China's time zone. */
function zoneHint() {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === "Asia/Shanghai" ? undefined : t("form.zone", { zone });
}

function labelOf({ label, required, kind }) {
  const unit = UNITS[kind] ? `${label} (${t(UNITS[kind])})` : label;
  return required ? unit : html`${unit} <span class="optional">${t("form.optional")}</span>`;
}

function Check({ field, value, wrong, onChange }) {
  return html`<div class="field"><label class="check">
      <input type="checkbox" name=${field.name} checked=${value} disabled=${field.locked}
        onChange=${(event) => onChange(event.currentTarget.checked)} />
      <span>${field.label}</span></label>
    <${Remark} wrong=${wrong} hint=${field.hint} /></div>`;
}

function Remark({ id, wrong, hint }) {
  if (wrong) return html`<span class="wrong" id=${id}>${wrong}</span>`;
  return hint ? html`<span class="hint" id=${id}>${hint}</span>` : null;
}

function Choices({ field, value, wrong, onChange }) {
  const turn = (option, on) => onChange(on ? [...value, option] : value.filter((it) => it !== option));
  return html`<fieldset class="field wide choices"><legend class="label">${field.label}</legend>
    ${field.options.map(
      ([option, text]) => html`<label class="check"><input type="checkbox" name=${field.name} value=${option}
        checked=${value.includes(option)} onChange=${(event) => turn(option, event.currentTarget.checked)} /><span>${text}</span></label>`,
    )}
    <${Remark} wrong=${wrong} hint=${field.hint} />
  </fieldset>`;
}

function OneImage({ field, value, wrong, onChange }) {
  return html`<div class="wide row picked"><${Picture} src=${value.trim() || undefined} className="preview" />
    <div class="grow"><${Field} name=${field.name} label=${labelOf(field)} hint=${field.hint} wrong=${wrong} value=${value}
      placeholder="/images/…" autocomplete="off" onInput=${onChange} /></div></div>`;
}

/** Addresses of pictures, each with a preview. */
function Images({ field, value, wrong, onChange }) {
  const note = useId();
  const change = (at, address) => onChange(value.map((it, index) => (index === at ? address : it)));
  return html`<fieldset class="field wide images"><legend class="label">${field.label}</legend>
    ${value.map(
      (address, at) => html`<div class="row" key=${at}>
        <${Picture} src=${address.trim() || undefined} className="preview" />
        <input class="input grow" name=${field.name} aria-label=${t("form.image", { number: at + 1 })} value=${address}
          aria-describedby=${note} aria-invalid=${wrong ? "true" : undefined} placeholder="/images/…"
          onInput=${(event) => change(at, event.currentTarget.value)} />
        <button type="button" class="icon-button" aria-label=${t("form.remove_image", { number: at + 1 })}
          onClick=${() => onChange(value.filter((_, index) => index !== at))}><${Icon} name="close" /></button>
      </div>`,
    )}
    <div><${Button} kind="plain" small onClick=${() => onChange([...value, ""])}><${Icon} name="plus" size="18" />${t("form.add_image")}<//></div>
    <${Remark} id=${note} wrong=${wrong} hint=${field.hint || t("form.image_hint")} />
  </fieldset>`;
}
