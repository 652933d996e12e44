// The guest's consent to notices. WeChat sends one message for each time that a guest accepts its template, and asks for at most
// three templates at a time, only after a tap or a payment. So we ask when an order is placed, again after it is paid, and by a
// button on the page of a stay.
import "./texts.js";
import { reach } from "../shared/api.js";
import { Button, FaultLine, Sheet } from "../shared/components.js";
import { config } from "../shared/config.js";
import { useAction } from "../shared/hooks.js";
import { Icon } from "../shared/icons.js";
import { t } from "../shared/language.js";
import { device } from "../shared/storage.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { api } from "./session.js";
import { askNotices, inMiniProgram } from "./wechat.js";

/** The kinds that are asked for, by the moment. */
export const KINDS = {
  stay_ordered: ["wait_for_payment", "cancelled", "paid"],
  stay_paid: ["checked_in", "finished", "refunded"],
  stay_held: ["reserved", "changed", "cancelled"],
  stay_coming: ["changed", "checked_in", "refunded"],
  goods_ordered: ["paid", "shipped", "refunded"],
  flash_paid: ["shipped", "refunded"],
};

// What the hotel may do to a stay that was not asked for when it was ordered: the desk booked it, or it may change it.
const ON_ITS_PAGE = { pending_payment: "stay_ordered", reserved: "stay_held", paid: "stay_coming" };
const AFTER_PAYING = { B: "stay_paid", F: "flash_paid" };

/** Returns the moment at which the guest is asked after paying an order, or undefined. */
export function momentAfterPaying(orderNo) {
  return AFTER_PAYING[orderNo[0]];
}

/** Returns the moment at which the guest is asked on the page of a stay in this state. */
export function momentOnPage(status) {
  return ON_ITS_PAGE[status] ?? "stay_paid";
}

const OPENID = "posthouse.simulated_openid";

/** Notes who the guest is at the simulator, which plays WeChat's question. */
export function rememberOpenid(openid) {
  device.write(OPENID, openid);
}

let show = null;

/** Asks for the notices of a moment. It ends when the guest has answered; nothing waits for what they answer. */
export async function askConsent(moment) {
  const kinds = KINDS[moment];
  if (!kinds) return;
  if (inMiniProgram()) {
    await askNotices(kinds);
    return;
  }
  const openid = device.read(OPENID);
  const { simulator } = await config().catch(() => ({}));
  if (simulator && openid && show) await new Promise((done) => show({ kinds, openid, done }));
}

/** WeChat's question, which the pages play where the simulator stands in for WeChat. The app has it once. */
export function Consent() {
  const [asked, setAsked] = useState(null);
  useEffect(() => {
    show = setAsked;
    return () => {
      show = null;
    };
  }, []);
  if (!asked) return null;
  const end = () => {
    setAsked(null);
    asked.done();
  };
  return html`<${Question} kinds=${asked.kinds} openid=${asked.openid} onEnd=${end} />`;
}

function Question({ kinds, openid, onEnd }) {
  const accept = useAction(async () => {
    const templates = await api.get("/api/notification-templates");
    const answer = await reach(`/simulator/guests/${encodeURIComponent(openid)}/acceptances`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ template_ids: kinds.map((kind) => templates[kind]).filter(Boolean) }),
    });
    // 404: the simulator has been started anew and does not know the guest. Their next login makes them known.
    if (!answer.ok && answer.status !== 404) throw Object.assign(new Error(t("consent.failed")), { shown: true });
    onEnd();
  });
  return html`<${Sheet} title=${t("consent.title")} onClose=${onEnd}>
    <p>${t("consent.asks")}</p>
    <ul class="cells">${kinds.map((kind) => html`<li key=${kind} class="cell"><${Icon} name="check" size="18" />${t(`consent.${kind}`)}</li>`)}</ul>
    <p class="small muted">${t("consent.once")}</p>
    <${FaultLine} error=${accept.error} />
    <div class="stack"><${Button} wide busy=${accept.busy} onClick=${accept.run}>${t("consent.allow")}<//>
      <${Button} kind="plain" wide disabled=${accept.busy} onClick=${onEnd}>${t("consent.later")}<//></div>
  <//>`;
}
