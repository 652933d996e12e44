// The progress of a guest's submission: the queue, the verdict, and the next step.
import "./texts.js";
import { Banner, Button, Countdown, faultText, Loading } from "../../shared/components.js";
import { clock } from "../../shared/format.js";
import { useLoad, useNow, usePoll } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { t, textOr } from "../../shared/language.js";
import { html, Link, useEffect, useLocation, useState } from "../../vendor/preact.js";
import { PaySheet } from "../pay.js";
import { api } from "../session.js";
import { AddressSheet } from "../shop/address_sheet.js";

const POLL_EVERY_MS = 4000;
const SETTLED_MS = 2500;

/** Shows the state of the guest's submission. */
export function Progress({ sale, of, look }) {
  // It is at the top of the page; the button that was pressed is at the bottom.
  useEffect(() => scrollTo({ top: 0 }), [of.phase]);
  if (of.phase === "decided" && of.verdict.status === "won") {
    return html`<${Won} orderNo=${of.verdict.order_no} again=${of.forget} />`;
  }
  if (of.phase === "decided")
    return html`<${Lost} status=${of.verdict.status} sale=${sale} forget=${of.forget} look=${look} />`;
  if (of.phase === "failed") return html`<${Failed} error=${of.error} sale=${sale} of=${of} look=${look} />`;
  return html`<${Waiting} of=${of} />`;
}

function Waiting({ of: { phase, since, again } }) {
  const [begun] = useState(Date.now());
  useNow();
  return html`<section class="card verdict" role="status">
    <span class="wheel" aria-hidden="true"></span>
    <h2>${t(`flash.phase_${phase}`)}</h2>
    <p class="muted">${t(`flash.phase_${phase}_more`)}</p>
    ${phase === "queued" && html`<p class="small muted number" aria-hidden="true">${t("flash.waited", { time: clock((Date.now() - (since ?? begun)) / 1000) })}</p>`}
    ${phase === "slow" && html`<${Button} kind="plain" onClick=${again}>${t("flash.look_again")}<//>`}
  </section>`;
}

/** Won: the guest enters an address and pays. */
function Won({ orderNo, again }) {
  const [, go] = useLocation();
  const [sheet, setSheet] = useState(null);
  const from = useLoad(() => api.get(`/api/flash-orders/${orderNo}`), [orderNo]);
  const order = from.data;
  usePoll(
    async () => from.setData(await api.get(`/api/flash-orders/${orderNo}`)),
    POLL_EVERY_MS,
    order?.status === "pending_payment",
  );
  const addressed = (changed) => {
    from.setData(changed);
    setSheet("pay");
  };
  return html`<section class="card verdict won">
    <span class="verdict-mark"><${Icon} name="check" size="32" /></span>
    <h2>${t("flash.won")}</h2>
    ${order ? html`<${NextOfWon} order=${order} open=${setSheet} reload=${from.reload} again=${again} />` : html`<${Loading} rows="1" />`}
  </section>
    ${sheet === "address" && html`<${AddressSheet} order=${order} action=${t("flash.address_then_pay")} onDone=${addressed} onClose=${() => setSheet(null)} />`}
    ${sheet === "pay" && html`<${PaySheet} orderNo=${orderNo} onPaid=${() => go(`/shop-orders/${orderNo}`)} onClose=${() => setSheet(null)} />`}`;
}

function NextOfWon({ order, open, reload, again }) {
  if (order.status === "pending_payment") {
    return html`<p>${t("flash.won_pay")}</p>
      <p class="flash-big"><${Countdown} until=${order.expires_at} onEnd=${() => setTimeout(reload, 1500)}>${t("flash.won_over")}<//></p>
      <${Button} wide onClick=${() => open(order.address ? "pay" : "address")}>${t(order.address ? "flash.pay" : "flash.address_and_pay")}<//>
      <${Link} href=${`/shop-orders/${order.order_no}`} class="button quiet">${t("flash.see_order")}<//>`;
  }
  const lapsed = order.status === "cancelled";
  return html`<p>${t(lapsed ? "flash.won_lapsed" : "flash.won_paid")}</p>
    <${Link} href=${`/shop-orders/${order.order_no}`} class="button wide">${t("flash.see_order")}<//>
    ${lapsed && html`<${Button} kind="plain" wide onClick=${again}>${t("flash.try_again")}<//>`}`;
}

/** Not won: the reason, and what the guest can do. */
function Lost({ status, sale, forget, look }) {
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    // The page's number of units is older than the verdict, and the API's is a second old: read it again after that.
    const timer = setTimeout(
      () =>
        look().then(
          () => setFresh(true),
          () => {},
        ),
      SETTLED_MS,
    );
    return () => clearTimeout(timer);
  }, []);
  const mayTry = fresh && status === "sold_out" && sale.status === "open" && sale.left > 0;
  return html`<section class="card verdict" role="status">
    <span class="verdict-mark lost"><${Icon} name=${status === "already_bought" ? "bag" : "clock"} size="28" /></span>
    <h2>${t(`flash.lost_${status}`)}</h2>
    <p class="muted">${t(`flash.lost_${status}_more`, { count: sale.per_user_limit })}</p>
    ${mayTry && html`<${Banner} tone="good">${t("flash.came_back", { count: sale.left })}<//>`}
    ${mayTry && html`<${Button} wide onClick=${forget}>${t("flash.try_again")}<//>`}
    <${NextOfLost} status=${status} sale=${sale} plain=${mayTry} />
    ${status === "sold_out" && !mayTry && html`<${Button} kind="quiet" onClick=${forget}>${t("flash.stay")}<//>`}
  </section>`;
}

function NextOfLost({ status, sale, plain }) {
  const look = plain ? "button plain wide" : "button wide";
  if (status === "already_bought") return html`<${Link} href="/orders" class=${look}>${t("flash.to_orders")}<//>`;
  return html`<${Link} href=${`/shop/${sale.goods_id}`} class=${look}>${t("flash.at_list_price")}<//>`;
}

/** The API refused the submission, or did not respond. */
function Failed({ error, sale, of, look }) {
  const known = { sold_out: "sold_out", already_bought: "already_bought" }[error.code];
  if (known) return html`<${Lost} status=${known} sale=${sale} forget=${of.forget} look=${look} />`;
  const closed = error.code === "sale_not_open";
  if (closed && error.body.status === "ended")
    return html`<${Lost} status="sale_closed" sale=${sale} forget=${of.forget} look=${look} />`;
  const text = closed ? textOr(`flash.is_${error.body.status}_more`, faultText(error)) : faultText(error);
  return html`<section class="card verdict" role="alert">
    <span class="verdict-mark lost"><${Icon} name="refresh" size="28" /></span>
    <h2>${t("flash.failed")}</h2><p class="muted">${text}</p>
    <${Button} wide onClick=${closed ? of.forget : of.again}>${t("flash.try_again")}<//>
  </section>`;
}
