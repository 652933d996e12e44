// The guest's coupons: available, used, expired, and those that can be claimed.
import "./texts.js";
import { Button, Empty, FaultLine, Listed, Segments, toast } from "../../shared/components.js";
import { useAction, useList } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { CouponFace } from "../coupons/picker.js";
import { RequireLogin } from "../login/require.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { orderPath } from "./paths.js";

const CLAIM = "claim";
const STATES = ["unused", "used", "expired", CLAIM];
const USED_AT = { any: "/shop", booking: "/", shop: "/shop" };

export function Coupons() {
  return html`<${RequireLogin} back="/me"><${Mine} /><//>`;
}

function Mine() {
  const [state, setState] = useState("unused");
  return html`<${Page} title=${t("me.coupons")} back="/me">
    <${Segments} label=${t("me.coupon_states")} options=${STATES.map((it) => [it, t(`me.coupons_${it}`)])} value=${state} onChange=${setState} />
    ${state === CLAIM ? html`<${Claimable} />` : html`<${OfState} key=${state} state=${state} />`}
  <//>`;
}

function OfState({ state }) {
  const list = useList((cursor) => api.get("/api/me/coupons", { status: state, limit: 50, cursor }), [state]);
  return html`<${Listed} from=${list} empty=${html`<${Empty} title=${t(`me.none_${state}`)} picture="coupons"><p>${t("me.coupons_how")}</p><//>`}>
    ${(items) => html`<ul class="stack halves">${items.map((coupon) => html`<li key=${coupon.coupon_id}><${Coupon} coupon=${coupon} /></li>`)}</ul>`}
  <//>`;
}

function Coupon({ coupon }) {
  return html`<div class=${coupon.status === "unused" ? "coupon" : "coupon spent"}>
    <${CouponFace} coupon=${coupon} whole />
    <span class="coupon-way">
      ${coupon.status === "unused" && html`<${Link} href=${USED_AT[coupon.scope]} class="button small">${t("me.use_it")}<//>`}
      ${coupon.order_no && html`<${Link} href=${orderPath(coupon.order_no)} class="button small plain">${t("me.its_order")}<//>`}
    </span>
  </div>`;
}

function Claimable() {
  const list = useList((cursor) => api.get("/api/coupons", { limit: 50, cursor }));
  return html`<${Listed} from=${list} empty=${html`<${Empty} title=${t("me.none_claim")} picture="coupons" />`}>
    ${(items) =>
      html`<ul class="stack">${items.map(
        (it) => html`<li key=${it.template_id}><${ToClaim} template=${it} onClaimed=${list.reload} /></li>`,
      )}</ul>`}
  <//>`;
}

/** What can be claimed. A refusal reloads the list too: what was there may be gone. */
function ToClaim({ template, onClaimed }) {
  const isClaimed = template.claimed >= template.per_guest;
  const claim = useAction(async () => {
    try {
      await postOnce(api, `claim ${template.template_id}`, `/api/coupons/${template.template_id}/claims`);
      toast(t("me.claimed_it"));
      await onClaimed();
    } catch (error) {
      if (error.code === "already_claimed" || error.code === "none_left") await onClaimed();
      throw error;
    }
  });
  return html`<div class=${isClaimed ? "coupon spent" : "coupon"}>
      <${CouponFace} coupon=${template} />
      <span class="coupon-way">
        <${Button} small busy=${claim.busy} disabled=${isClaimed} onClick=${claim.run}>${t(isClaimed ? "me.claimed" : "me.claim")}<//>
        ${template.left !== null && html`<span class="muted small">${t("me.claim_left", { count: template.left })}</span>`}
      </span>
    </div>
    ${template.description && html`<p class="muted small">${template.description}</p>`}
    <${FaultLine} error=${claim.error} />`;
}
