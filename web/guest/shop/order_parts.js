// The parts of an order's page: goods, delivery, shipment, refunds, numbers.
import "./texts.js";
import { Button, Picture, Status, toast } from "../../shared/components.js";
import { moment, money } from "../../shared/format.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { reasonText } from "../../shared/reasons.js";
import { html, Link } from "../../vendor/preact.js";

/** The lines of the order. `goods` has their pictures if they are still on sale. */
export function Lines({ order, goods }) {
  return html`<ul>${order.items.map((line) => {
    const article = goods?.get(line.goods_id);
    const inside = html`<${Picture} src=${article?.images[0]} className="thumb small-thumb" />
      <span class="grow">${inLanguage(line.name)}</span>
      <span class="line-sum number"><span>${money(line.price)}</span><span class="muted small">× ${line.quantity}</span></span>`;
    return html`<li key=${line.goods_id}>${article ? html`<${Link} href=${`/shop/${line.goods_id}`} class="cell">${inside}<//>` : html`<div class="cell">${inside}</div>`}</li>`;
  })}</ul>`;
}

/** The carrier and the tracking number. */
export function Shipment({ order }) {
  if (!order.carrier) return null;
  return html`<section class="card stack-tight"><h2 class="row"><${Icon} name="truck" />${t("shop.shipment")}</h2>
    <dl class="facts"><dt>${t("shop.carrier")}</dt><dd>${order.carrier}</dd>
      <dt>${t("shop.tracking")}</dt><dd class="row copyable"><span class="code">${order.tracking_no}</span><${Copy} text=${order.tracking_no} /></dd></dl>
  </section>`;
}

/** The delivery address. The address of a flash order can change until it is shipped. */
export function Delivery({ order, open }) {
  if (!order.address) return null;
  const canChange = order.sale_id && ["pending_payment", "paid"].includes(order.status);
  return html`<section class="card row delivery-card"><${Icon} name="place" />
    <div class="grow"><h2 class="delivery-name">${order.consignee} <span class="number muted">${order.phone_number}</span></h2><p class="muted">${order.address}</p></div>
    ${canChange && html`<${Button} kind="quiet" small onClick=${() => open("address")}>${t("shop.change")}<//>`}
  </section>`;
}

/** The refunds, completed or in progress. */
export function Refunds({ refunds = [] }) {
  if (refunds.length === 0) return null;
  return html`<section class="card stack"><h2>${t("shop.refunds")}</h2>
    <ul class="stack">${refunds.map(
      (
        it,
      ) => html`<li key=${it.out_refund_no} class="row between top"><span><strong class="number">${money(it.amount)}</strong>
        ${it.from_balance > 0 && html`<br /><span class="small muted number">${t("shop.refund_to_balance", { amount: money(it.from_balance) })}</span>`}
        <br /><span class="small muted">${reasonText(it.reason)} · <span class="number">${moment(it.ended_at ?? it.requested_at)}</span></span></span><${Status} of=${it.status} /></li>`,
    )}</ul>
    <p class="small muted">${t("shop.refund_way")}</p></section>`;
}

export function Numbers({ order }) {
  return html`<section class="card"><dl class="facts">
    <dt>${t("shop.order_no")}</dt><dd class="row copyable"><span class="code">${order.order_no}</span><${Copy} text=${order.order_no} /></dd>
    <dt>${t("shop.ordered_at")}</dt><dd>${moment(order.created_at)}</dd></dl></section>`;
}

function Copy({ text }) {
  if (!navigator.clipboard) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast(t("shop.copied"));
    } catch {
      toast(t("shop.not_copied"));
    }
  };
  return html`<${Button} kind="quiet" small onClick=${copy} aria-label=${t("shop.copy_it", { text })}>${t("shop.copy")}<//>`;
}
