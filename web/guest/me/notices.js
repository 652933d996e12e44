// The notices that the guest got through WeChat, with their orders.
import "./texts.js";
import { Empty, Listed, Status } from "../../shared/components.js";
import { moment } from "../../shared/format.js";
import { useList } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { t, textOr } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { RequireLogin } from "../login/require.js";
import { api } from "../session.js";
import { Page } from "../shell.js";
import { orderPath } from "./paths.js";

const ICONS = {
  wait_for_payment: "clock",
  paid: "check",
  cancelled: "close",
  reserved: "calendar",
  changed: "edit",
  checked_in: "bed",
  finished: "coupon",
  shipped: "truck",
  refunded: "wallet",
  login: "person",
};

export function Notices() {
  return html`<${RequireLogin} back="/me"><${Mine} /><//>`;
}

function Mine() {
  const list = useList((cursor) => api.get("/api/me/notifications", { limit: 20, cursor }));
  return html`<${Page} title=${t("me.notices")} back="/me">
    <${Listed} from=${list} empty=${html`<${Empty} title=${t("me.no_notices")} picture="messages"><p>${t("me.no_notices_more")}</p><//>`}>
      ${(items) => html`<ul class="cells">${items.map((it) => html`<li key=${it.kind + it.order_no + it.sent_at}><${Notice} notice=${it} /></li>`)}</ul>`}
    <//>
    <p class="muted small center">${t("me.notices_where")}</p>
  <//>`;
}

function Notice({ notice: { kind, order_no, status, sent_at, reason } }) {
  const inside = html`<span class="notice-mark"><${Icon} name=${ICONS[kind] ?? "message"} size="20" /></span>
    <span class="grow"><strong>${textOr(`me.notice_${kind}`, kind)}</strong><br />
      <span class="muted small">${textOr(`me.notice_${kind}_more`, "")}</span><br />
      <span class="muted small number">${moment(sent_at)}</span>${status !== "sent" && html` <${Status} of=${status} />`}
      ${reason && html`<br /><span class="muted small">${t(reason === "not_accepted" ? "me.notice_unasked" : "me.notice_missed")}</span>`}</span>`;
  if (!order_no) return html`<div class="cell notice">${inside}</div>`;
  return html`<${Link} href=${orderPath(order_no)} class="cell notice">${inside}<span class="go"><${Icon} name="go" size="18" /></span><//>`;
}
