// Money owed to guests: refunds that failed or take too long, why, and one press to try each again.
import "./texts.js";
import { Button, Empty, FaultLine, Listed, toast } from "../../shared/components.js";
import { money } from "../../shared/format.js";
import { useAction, useList } from "../../shared/hooks.js";
import { postOnce } from "../../shared/idempotency.js";
import { t, textOr } from "../../shared/language.js";
import { html, Link } from "../../vendor/preact.js";
import { Badge, Code, Facts, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";

const useRefunds = (status) => useList((cursor) => api.get("/api/staff/refunds", { status, cursor, limit: 50 }));

export function Owed() {
  const failed = useRefunds("failed");
  const stuck = useRefunds("stuck");
  const reload = () => Promise.all([failed.reload(), stuck.reload()]);
  const both = { ...failed, reload };
  return html`<${Page} title=${t("page.owed")} actions=${html`<${RefreshButton} from=${both} />`}>
    <p class="muted">${t("operations.owed_about")}</p>
    <section class="stack" aria-labelledby="failed"><h2 id="failed">${t("operations.owed_failed")}</h2>
      <${Owing} from=${failed} reload=${reload} empty=${t("operations.none_failed")} /></section>
    <section class="stack" aria-labelledby="stuck"><h2 id="stuck">${t("operations.owed_stuck")}</h2>
      <${Owing} from=${stuck} reload=${reload} empty=${t("operations.none_stuck")} /></section>
  <//>`;
}

function Owing({ from, reload, empty }) {
  return html`<${Listed} from=${from} empty=${html`<${Empty} title=${empty}><p>${t("operations.none_owed_about")}</p><//>`}>
    ${(items) => html`<ul class="stack">${items.map((it) => html`<li key=${it.out_refund_no}><${Refund} refund=${it} reload=${reload} /></li>`)}</ul>`}<//>`;
}

function Refund({ refund, reload }) {
  const { out_refund_no, order_no, owed, reason, failure, status, requested_at, since, tried_at } = refund;
  const act = useAction(async () => {
    await postOnce(api, `retry ${out_refund_no} ${tried_at}`, `/api/staff/refunds/${out_refund_no}/retry`);
    toast(t("operations.tried_again"));
    await reload();
  });
  return html`<article class="card stack">
    <div class="row between wrap"><h3>${money(owed)}</h3><${Badge} tone="bad">${failure || t(`operations.owed_is.${status}`)}<//></div>
    <p>${textOr(`operations.owed_why.${failure || status}`, t("operations.owed_why.refused"))}</p>
    <${Facts} facts=${[
      [t("operations.order"), html`<${Link} href=${`/payments/${order_no}`}><${Code}>${order_no}<//><//>`],
      [t("operations.reason"), reason],
      [t("operations.refund_number"), html`<${Code}>${out_refund_no}<//>`],
      [t("operations.requested_at"), html`<${When} at=${requested_at} />`],
      [t("operations.since"), html`<${When} at=${since} />`],
      [t("operations.tried_at"), tried_at && html`<${When} at=${tried_at} />`],
    ]} />
    <${FaultLine} error=${act.error} />
    <div><${Button} busy=${act.busy} onClick=${act.run}>${t("operations.try_again")}<//></div>
  </article>`;
}
