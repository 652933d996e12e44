// One sale: the clock, the units that are left, and the button.
import "./texts.js";
import { serverNow } from "../../shared/clock.js";
import { Button, Countdown, Failure, Loading, Picture, Price } from "../../shared/components.js";
import { moment } from "../../shared/format.js";
import { useLoad, useNow, usePoll } from "../../shared/hooks.js";
import { Icon } from "../../shared/icons.js";
import { inLanguage, t } from "../../shared/language.js";
import { html, useEffect, useState } from "../../vendor/preact.js";
import { LoginPage } from "../login/login.js";
import { api, session } from "../session.js";
import { Page, Side } from "../shell.js";
import { readGoodsOnSale } from "../shop/goods_on_sale.js";
import { saleState } from "./sale_state.js";
import { useSubmission } from "./submission.js";
import { Units } from "./units.js";
import { Progress } from "./verdict.js";

const POLL_EVERY_MS = 2000;
const CALM_POLL_MS = 15_000;
const NEAR_MS = 60_000;

export function Sale({ params }) {
  const from = useLoad(() => api.get(`/api/flash-sales/${params.sale_id}`), [params.sale_id]);
  if (!from.data) {
    return html`<${Page} title=${t("flash.title")} back="/flash">
      ${from.error ? html`<${Failure} error=${from.error} retry=${from.reload} />` : html`<${Loading} tall />`}<//>`;
  }
  return html`<${One} key=${params.sale_id} sale=${from.data} look=${() => api.get(`/api/flash-sales/${params.sale_id}`).then(from.setData)} />`;
}

function One({ sale, look }) {
  const now = useNow(250);
  const is = saleState(sale, now);
  const guest = session.use();
  const [login, setLogin] = useState(false);
  const onSale = useLoad(() => readGoodsOnSale());
  const submission = useSubmission(sale);
  const near = Math.abs(Date.parse(sale.starts_at) - serverNow()) < NEAR_MS;
  usePoll(look, is === "open" || is === "sold_out" || near ? POLL_EVERY_MS : CALM_POLL_MS, is !== "ended");
  const expired = submission.error?.status === 401;
  // After the login, the error of the expired session is outdated.
  useEffect(() => {
    if (guest && expired) submission.resume();
  }, [guest?.token]);
  if ((login || expired) && !guest) return html`<${LoginPage} back="/flash" />`;
  const goods = onSale.data?.goods.get(sale.goods_id);
  const taking = submission.phase !== "idle";
  const picture = html`<${Picture} src=${goods?.images[0]} alt=${inLanguage(sale.goods_name)} className="goods-picture" first />`;
  const foot = taking
    ? null
    : html`<${Press} is=${is} guest=${guest} onLogin=${() => setLogin(true)} onPress=${submission.press} />`;
  return html`<${Page} title=${inLanguage(sale.goods_name)} back="/flash" foot=${foot}>
    ${taking ? html`<${Progress} sale=${sale} of=${submission} look=${look} />` : picture}
    <${Side}><${Clock} sale=${sale} is=${is} look=${look} />
    ${taking && picture}
    <section class="card stack">
      <div class="row wrap baseline"><span class="goods-price"><${Price} fen=${sale.price} /></span>
        ${goods && goods.price > sale.price && html`<${Price} fen=${goods.price} was />`}</div>
      <h2>${inLanguage(sale.goods_name)}</h2>
      ${goods?.description && html`<p class="muted goods-words">${inLanguage(goods.description)}</p>`}
      ${is !== "ended" && html`<${Units} left=${sale.left} of=${sale.stock} />`}
    </section>
    <${Rules} sale=${sale} /><//>
  <//>`;
}

/** The countdown to the start or to the end. */
function Clock({ sale, is, look }) {
  if (is === "scheduled") {
    return html`<section class="flash-band soon"><span>${t("flash.begins_in")}<br /><span class="small number">${moment(sale.starts_at, { seconds: true })}</span></span>
      <strong class="flash-big"><${Countdown} until=${sale.starts_at} onEnd=${look} /></strong></section>`;
  }
  if (is === "open") {
    return html`<section class="flash-band"><span class="row"><${Icon} name="flash" />${t("flash.ends_in")}</span>
      <strong class="flash-big"><${Countdown} until=${sale.ends_at} onEnd=${look} /></strong></section>`;
  }
  return html`<section class="flash-band over"><span><strong>${t(`flash.is_${is}`)}</strong><br /><span class="small">${t(`flash.is_${is}_more`)}</span></span></section>`;
}

/** The button. It is hidden while a submission is in progress. */
function Press({ is, guest, onLogin, onPress }) {
  if (is === "open" && !guest) return html`<${Button} wide onClick=${onLogin}>${t("flash.login_first")}<//>`;
  if (is === "scheduled" && !guest)
    return html`<${Button} wide kind="plain" onClick=${onLogin}>${t("flash.login_before")}<//>`;
  return html`<${Button} wide disabled=${is !== "open"} onClick=${onPress}>${t(`flash.press_${is}`)}<//>`;
}

function Rules({ sale }) {
  return html`<section class="stack-tight"><h2>${t("flash.rules")}</h2>
    <ul class="promises muted small">
      <li>${t("flash.rule_limit", { count: sale.per_user_limit })}</li>
      <li>${t("flash.rule_queue")}</li>
      <li>${t("flash.rule_unpaid")}</li>
      ${sale.challenge && html`<li>${t("flash.rule_puzzle")}</li>`}
    </ul></section>`;
}
