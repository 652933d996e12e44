// Pictures, moved by swiping or with buttons.
import "./texts.js";
import { Picture } from "../../shared/components.js";
import { Icon } from "../../shared/icons.js";
import { t } from "../../shared/language.js";
import { html, useRef, useState } from "../../vendor/preact.js";

export function Gallery({ images, name }) {
  const strip = useRef(null);
  const [at, setAt] = useState(0);
  if (images.length < 2)
    return html`<div class="gallery"><${Picture} src=${images[0]} alt=${name} className="wide" first /></div>`;
  const see = (next) => strip.current.scrollTo({ left: next * strip.current.clientWidth, behavior: "smooth" });
  const look = () => setAt(Math.round(strip.current.scrollLeft / strip.current.clientWidth));
  return html`<div class="gallery" role="group" aria-label=${t("stay.pictures", { name })}>
    <div class="strip" ref=${strip} onScroll=${look} tabindex="0" role="group" aria-label=${t("stay.picture", { at: at + 1, of: images.length })}>
      ${images.map((src, at) => html`<${Picture} key=${src} src=${src} alt=${name} className="wide" first=${at === 0} />`)}
    </div>
    <button type="button" class="step before" aria-label=${t("stay.picture_before")} disabled=${at === 0} onClick=${() => see(at - 1)}><${Icon} name="back" size="20" /></button>
    <button type="button" class="step after" aria-label=${t("stay.picture_after")} disabled=${at === images.length - 1} onClick=${() => see(at + 1)}><${Icon} name="go" size="20" /></button>
    <span class="count number" aria-hidden="true">${at + 1} / ${images.length}</span>
  </div>`;
}
