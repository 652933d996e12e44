// The guest's coupons: available, used, expired.
import "./texts.js";
import { Empty, Listed, Segments } from "../../shared/components.js";
import { useList } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { CouponFace } from "../coupons/picker.js";
import { RequireLogin } from "../login/require.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { orderPath } from "./paths.js";

const STATES = ["unused", "used", "expired"];
const USED_AT = { any: "/shop", booking: "/", shop: "/shop" };

export function Coupons() {
  return html`<${RequireLogin} back="/me"><${Mine} /><//>`;
}

function Mine() {
  const [state, setState] = useState("unused");
  return html`<${Page} title=${t("me.coupons")} back="/me">
    <${Segments} label=${t("me.coupon_states")} options=${STATES.map((it) => [it, t(`me.coupons_${it}`)])} value=${state} onChange=${setState} />
    <${OfState} key=${state} state=${state} />
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
    <${CouponFace} coupon=${coupon} />
    <span class="coupon-way">
      ${coupon.status === "unused" && html`<${Link} href=${USED_AT[coupon.scope]} class="button small">${t("me.use_it")}<//>`}
      ${coupon.order_no && html`<${Link} href=${orderPath(coupon.order_no)} class="button small plain">${t("me.its_order")}<//>`}
    </span>
  </div>`;
}
