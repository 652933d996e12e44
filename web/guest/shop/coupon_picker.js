// The guest's coupons at the checkout: which can be used, which cannot and why.
import "./texts.js";
import { Button, Sheet } from "../../shared/components.js";
import { day, money } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";
import { obstacleOf } from "./sum.js";

/** A row that says which coupon is used, and opens the choice. */
export function CouponRow({ coupons, chosen, total, onChoose }) {
  const [open, setOpen] = useState(false);
  const usable = coupons.filter((it) => !obstacleOf(it, total)).length;
  let value = t("shop.coupons_usable", { count: usable });
  if (!usable) value = t("shop.coupons_none");
  if (chosen) value = `−${money(Math.min(chosen.amount, total))}`;
  return html`<button type="button" class="cell" onClick=${() => setOpen(true)} disabled=${coupons.length === 0}>
      <span>${t("shop.coupon")}</span><span class=${chosen ? "value price" : "value"}>${value}</span>
      ${coupons.length > 0 && html`<span class="go"><${Icon} name="go" size="18" /></span>`}
    </button>
    ${
      open &&
      html`<${CouponSheet} coupons=${coupons} chosen=${chosen} total=${total} onClose=${() => setOpen(false)}
        onChoose=${(coupon) => {
          onChoose(coupon);
          setOpen(false);
        }} />`
    }`;
}

function CouponSheet({ coupons, chosen, total, onChoose, onClose }) {
  const sorted = [...coupons].sort((a, b) => Boolean(obstacleOf(a, total)) - Boolean(obstacleOf(b, total)));
  return html`<${Sheet} title=${t("shop.coupon_choose")} onClose=${onClose}>
    <ul class="stack">
      ${sorted.map((coupon) => {
        const obstacle = obstacleOf(coupon, total);
        return html`<li key=${coupon.coupon_id}><button type="button" class="ticket as-button" disabled=${Boolean(obstacle)}
          aria-pressed=${chosen?.coupon_id === coupon.coupon_id ? "true" : "false"} onClick=${() => onChoose(coupon)}>
          <${CouponFace} coupon=${coupon} note=${obstacle && t(obstacle, { more: money(coupon.minimum_spend - total) })} />
          ${chosen?.coupon_id === coupon.coupon_id && html`<span class="ticket-mark"><${Icon} name="check" size="18" /></span>`}
        </button></li>`;
      })}
    </ul>
    <${Button} kind="plain" wide onClick=${() => onChoose(null)}>${t("shop.coupon_without")}<//>
  <//>`;
}

/** What a coupon looks like: its worth on the stub, the rest beside it. */
export function CouponFace({ coupon, note }) {
  return html`<span class="ticket-stub"><strong class="number">${money(coupon.amount)}</strong>
      <span>${coupon.minimum_spend ? t("shop.coupon_minimum", { amount: money(coupon.minimum_spend) }) : t("shop.coupon_any_sum")}</span></span>
    <span class="ticket-text"><strong>${inLanguage(coupon.name)}</strong>
      <span class="muted small">${t(`shop.scope_${coupon.scope}`)}</span>
      <span class="muted small number">${t("shop.coupon_until", { date: lastDay(coupon.valid_until) })}</span>
      ${note && html`<span class="warn-text small">${note}</span>`}</span>`;
}

/** The last day on which it can be used, on the reader's calendar. */
function lastDay(validUntil) {
  const moment = new Date(validUntil);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return day(local.toISOString().slice(0, 10));
}
