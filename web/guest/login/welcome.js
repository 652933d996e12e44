// The welcome coupon: it arrives a moment after the first login, and a sheet shows it.
import "./texts.js";
import { Button, Sheet, toast } from "../../shared/components.js";
import { isFilling } from "../../shared/filling.js";
import { money } from "../../shared/format.js";
import { usePoll } from "../../shared/hooks.js";
import { inLanguage, t } from "../../shared/language.js";
import { hasLayers } from "../../shared/layers.js";
import { html, useEffect, useRef, useState } from "../../vendor/preact.js";
import { minimumText, untilText } from "../coupons/rules.js";
import { api, session } from "../session.js";

const POLL_EVERY_MS = 1000;
const POLLS = 30;
let show = null;
/** Polls that were wanted before the sheet was there: it is fetched a little later than the start page. */
let wanted = 0;

const listeners = new Set();

/** Calls `tell` when the welcome coupon has arrived, so that a list of coupons can be read again. */
export function useWelcome(tell) {
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    const told = () => latest.current();
    listeners.add(told);
    return () => listeners.delete(told);
  }, []);
}

/** Starts to poll for the coupon. */
export function welcome() {
  if (show) show(POLLS);
  else wanted = POLLS;
}

/** Shows the welcome coupon when it has arrived. The app has it once. */
export function Welcome() {
  const [looks, setLooks] = useState(wanted);
  const [coupon, setCoupon] = useState(null);
  useEffect(() => {
    show = setLooks;
    wanted = 0;
    return () => {
      show = null;
    };
  }, []);
  usePoll(
    async () => {
      setLooks(session.token() ? looks - 1 : 0);
      if (!session.token()) return;
      const { items } = await api.get("/api/me/coupons", { status: "unused" });
      const gift = items.find((it) => it.source === "welcome");
      if (gift) {
        setLooks(0);
        // The sheet must not come between a guest and what they fill in, or another sheet.
        if (isFilling() || hasLayers()) toast(t("login.gift_came", { amount: money(gift.amount) }));
        else setCoupon(gift);
        for (const told of listeners) told();
      }
    },
    POLL_EVERY_MS,
    looks > 0,
  );
  if (!coupon) return null;
  const close = () => setCoupon(null);
  return html`<${Sheet} title=${t("login.gift")} onClose=${close}>
    <div class="gift">
      <p class="gift-amount number">${money(coupon.amount)}</p>
      <p>${inLanguage(coupon.name)}</p>
      <p class="small">${minimumText(coupon)}</p>
      <p class="small">${untilText(coupon)}</p>
    </div>
    <${Button} wide onClick=${close}>${t("login.gift_use")}<//>
  <//>`;
}
