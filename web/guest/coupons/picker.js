// The coupon picker of bookings and of the shop. Coupons that can be used come first; the others say why they cannot.
import "./texts.js";
import { Button, Sheet } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { discountOf, fromUntilText, minimumText, obstacleOf, usableOf, validText } from "./rules.js";

/**
 * The row with the coupon of the order. A press opens the list.
 * `scope` is STAY or GOODS (rules.js), `total` what the order costs without a coupon, in fen.
 * `onChoose` gets the coupon, or null for none.
 */
export function CouponRow({ coupons, scope, total, chosen, onChoose }) {
  const [open, setOpen] = useState(false);
  const usable = usableOf(coupons, scope, total).length;
  let value = t("coupons.usable", { count: usable });
  if (!usable) value = t("coupons.none_usable");
  if (chosen) value = `−${money(discountOf(chosen, total))}`;
  const choose = (coupon) => {
    onChoose(coupon);
    setOpen(false);
  };
  return html`<button type="button" class="cell" aria-haspopup="dialog" onClick=${() => setOpen(true)} disabled=${coupons.length === 0}>
      <${Icon} name="coupon" /><span>${t("coupons.title")}</span><span class=${chosen ? "value price" : "value"}>${value}</span>
      ${coupons.length > 0 && html`<span class="go"><${Icon} name="go" size="18" /></span>`}
    </button>
    ${
      open &&
      html`<${CouponSheet} coupons=${coupons} scope=${scope} total=${total} chosen=${chosen} onChoose=${choose}
        onClose=${() => setOpen(false)} />`
    }`;
}

function CouponSheet({ coupons, scope, total, chosen, onChoose, onClose }) {
  const usable = usableOf(coupons, scope, total);
  const sorted = [...usable, ...coupons.filter((it) => !usable.includes(it))];
  return html`<${Sheet} title=${t("coupons.choose")} onClose=${onClose}>
    <ul class="stack">
      ${sorted.map((coupon) => {
        const obstacle = obstacleOf(coupon, scope, total);
        const isChosen = chosen?.coupon_id === coupon.coupon_id;
        return html`<li key=${coupon.coupon_id}><button type="button" class="coupon as-button" disabled=${Boolean(obstacle)}
          aria-pressed=${isChosen ? "true" : "false"} onClick=${() => onChoose(coupon)}>
          <${CouponFace} coupon=${coupon} obstacle=${obstacle} />
          ${isChosen && html`<span class="coupon-mark"><${Icon} name="check" size="18" /></span>`}
        </button></li>`;
      })}
    </ul>
    <${Button} kind="plain" wide onClick=${() => onChoose(null)}>${t("coupons.without")}<//>
  <//>`;
}

/** The face of a coupon: the amount on the stub, the rest beside it. `whole`: with its description and both moments. */
export function CouponFace({ coupon, obstacle, whole = false }) {
  return html`<span class="coupon-stub"><strong class="number">${money(coupon.amount)}</strong><span>${minimumText(coupon)}</span></span>
    <span class="coupon-text"><strong>${inLanguage(coupon.name)}</strong>
      <span class="muted small">${t(`coupons.for_${coupon.scope}`)}</span>
      ${whole && coupon.description && html`<span class="small coupon-description">${inLanguage(coupon.description)}</span>`}
      <span class="muted small number">${whole ? fromUntilText(coupon) : validText(coupon)}</span>
      ${obstacle && html`<span class="warn-text small">${obstacle}</span>`}</span>`;
}
