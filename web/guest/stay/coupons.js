// Which coupon pays a part: those that can be used, and those that cannot with the reason.
import "./texts.js";
import { Button, Sheet } from "../../shared/components.js";
import { moment, money } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";

/** Why a coupon cannot be used on a booking of `total` fen; null where it can. */
export function whyNot(coupon, total) {
  if (coupon.scope === "shop") return t("coupons.shop_only");
  if (Date.parse(coupon.valid_until) <= Date.now()) return t("status.expired");
  if (total < coupon.minimum_spend) return t("coupons.too_little", { missing: money(coupon.minimum_spend - total) });
  return null;
}

/** What a coupon takes off `total` fen. */
export function discountOf(coupon, total) {
  return coupon ? Math.min(coupon.amount, total) : 0;
}

/** The one that saves most; among equals the one that ends first. */
export function bestOf(coupons, total) {
  const usable = coupons.filter((it) => whyNot(it, total) === null);
  usable.sort((a, b) => discountOf(b, total) - discountOf(a, total) || a.valid_until.localeCompare(b.valid_until));
  return usable[0] || null;
}

/** A cell that tells the coupon; pressed it shows them all. `onChoose(coupon id, or "" for none)`. */
export function CouponCell({ coupons, chosen, total, onChoose }) {
  const [open, setOpen] = useState(false);
  const usable = coupons.filter((it) => whyNot(it, total) === null);
  let text = t("coupons.none_usable");
  if (usable.length) text = t("coupons.usable", { count: usable.length });
  if (chosen) text = `−${money(discountOf(chosen, total))}`;
  const choose = (id) => {
    onChoose(id);
    setOpen(false);
  };
  return html`<button type="button" class="cell" aria-haspopup="dialog" onClick=${() => setOpen(true)}>
      <${Icon} name="coupon" /><span>${t("coupons.title")}</span>
      <span class=${`value ${chosen ? "price" : ""}`}>${text}</span><span class="go"><${Icon} name="go" size="18" /></span></button>
    ${
      open &&
      html`<${Sheet} title=${t("coupons.title")} onClose=${() => setOpen(false)}>
      ${coupons.length === 0 && html`<p class="muted">${t("coupons.nothing")}</p>`}
      <ul class="stack">${[...usable, ...coupons.filter((it) => !usable.includes(it))].map(
        (it) =>
          html`<li key=${it.coupon_id}><${Choice} coupon=${it} why=${whyNot(it, total)} chosen=${chosen === it} onChoose=${choose} /></li>`,
      )}</ul>
      <${Button} kind="plain" wide onClick=${() => choose("")}>${t("coupons.without")}<//><//>`
    }`;
}

function Choice({ coupon, why, chosen, onChoose }) {
  return html`<button type="button" class="coupon" disabled=${Boolean(why)} aria-pressed=${chosen ? "true" : "false"}
    onClick=${() => onChoose(coupon.coupon_id)}>
    <span class="coupon-amount number">${money(coupon.amount)}</span>
    <span class="grow"><strong>${inLanguage(coupon.name)}</strong>
      <small>${t("coupons.least", { amount: money(coupon.minimum_spend) })} · ${t("coupons.until", { until: moment(coupon.valid_until) })}</small>
      ${why && html`<small class="why">${why}</small>`}</span>
    ${chosen && html`<${Icon} name="check" />`}
  </button>`;
}
