// The payments whose shipping information WeChat lacks: it holds their money. Why, in words, and a press to tell WeChat again.
import "./texts.js";
import { Button, Empty, FaultLine, Field, Listed } from "../../shared/components.js";
import { useAction, useList } from "../../shared/hooks.js";
import { t, textOr } from "../../shared/language.js";
import { html, Link, useState } from "../../vendor/preact.js";
import { Badge, Code, Facts, RefreshButton, When } from "../parts.js";
import { api } from "../session.js";
import { Page } from "../shell.js";

/** WeChat's codes of the carriers of nearly all parcels in China (domain/shipping_information.py). Others can be typed. */
const CARRIERS = ["SF", "YTO", "ZTO", "STO", "YD", "JD", "DBL", "JTSD", "YZPY", "EMS"];
/** Reasons that another carrier may mend. */
const OF_CARRIERS = new Set(["unknown_carrier"]);

export function Shipping() {
  const refused = useList((cursor) =>
    api.get("/api/staff/shipping-information", { status: "refused", cursor, limit: 50 }),
  );
  const waiting = useList((cursor) =>
    api.get("/api/staff/shipping-information", { status: "waiting", cursor, limit: 50 }),
  );
  const reload = () => Promise.all([refused.reload(), waiting.reload()]);
  return html`<${Page} title=${t("page.shipping")} actions=${html`<${RefreshButton} from=${{ ...refused, reload }} />`}>
    <p class="muted">${t("operations.shipping_about")}</p>
    <${Listed} from=${refused} empty=${html`<${Empty} title=${t("operations.no_shipping")}><p>${t("operations.no_shipping_about")}</p><//>`}>
      ${(items) => html`<${Missing} items=${items} onTold=${reload} />`}<//>
    ${waiting.items?.length > 0 && html`<h2>${t("operations.shipping_waiting")}</h2><${Missing} items=${waiting.items} onTold=${reload} />`}
  <//>`;
}

function Missing({ items, onTold }) {
  return html`<ul class="stack">${items.map((it) => html`<li key=${it.payment_id}><${One} told=${it} onTold=${onTold} /></li>`)}</ul>`;
}

function One({ told, onTold }) {
  const [carrier, setCarrier] = useState(told.carrier ?? "");
  const asks = OF_CARRIERS.has(told.reason);
  const again = useAction(async () => {
    await api.post(`/api/staff/shipping-information/${told.payment_id}/retry`, {
      carrier: asks && carrier ? carrier : null,
    });
    await onTold();
  });
  return html`<article class="card stack">
    <div class="row between"><h2>${textOr(`operations.shipping.${told.reason}`, told.reason)}</h2>
      <${Badge} tone=${told.status === "refused" ? "bad" : "warn"}>${t(`operations.shipping_${told.status}`)}<//></div>
    <p>${textOr(`operations.shipping_do.${told.reason}`, t("operations.shipping_do.other"))}</p>
    <${Facts} facts=${[
      [t("operations.order"), html`<${Link} href=${`/payments/${told.order_no}`}><${Code}>${told.order_no}<//><//>`],
      [t("operations.shipping_words"), told.detail && html`<${Code}>${told.detail}<//>`],
      [t("operations.shipping_tries"), told.tries],
      [t("operations.found_at"), html`<${When} at=${told.at} />`],
    ]} />
    ${
      asks &&
      html`<${Field} label=${t("operations.shipping_carrier")} value=${carrier} onInput=${setCarrier}>
      <option value="">${t("operations.shipping_choose")}</option>
      ${CARRIERS.map((code) => html`<option key=${code} value=${code} selected=${code === carrier}>${t(`operations.carrier.${code}`)}</option>`)}
    <//>`
    }
    <${FaultLine} error=${again.error} />
    <div><${Button} busy=${again.busy} disabled=${asks && !carrier} onClick=${again.run}>${t("operations.shipping_again")}<//></div>
  </article>`;
}
