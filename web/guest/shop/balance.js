// The part of the order that the guest's balance pays.
import "./texts.js";
import { Field } from "../../shared/components.js";
import { money, toFen, toYuan } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { html, useState } from "../../vendor/preact.js";

/** A switch, and the amount if it is on. `most` is what can be used, `used` what is used, in fen. */
export function BalanceRow({ balance, most, used, onUse }) {
  const [on, setOn] = useState(false);
  const [text, setText] = useState(null);
  if (balance <= 0) {
    return html`<div class="cell"><span>${t("shop.balance")}</span><span class="value number">${money(0)}</span></div>`;
  }
  const turn = (event) => {
    setOn(event.currentTarget.checked);
    setText(null);
    // Uses as much as possible, also if the price rises later.
    onUse(event.currentTarget.checked ? balance : 0);
  };
  const wrong =
    text !== null && (toFen(text) === null || toFen(text) > most)
      ? t("shop.balance_limit", { most: money(most) })
      : undefined;
  const change = (yuan) => {
    setText(yuan);
    onUse(Math.min(toFen(yuan) ?? 0, most));
  };
  return html`<label class="cell"><span class="grow">${t("shop.balance_use")}<br /><span class="muted small number">${t("shop.balance_have", { balance: money(balance) })}</span></span>
      <input type="checkbox" class="switch" role="switch" checked=${on} onChange=${turn} /></label>
    ${
      on &&
      html`<div class="cell balance-amount"><${Field} label=${t("shop.balance_amount")} inputmode="decimal" value=${text ?? toYuan(used)}
        wrong=${wrong} hint=${t("shop.balance_limit", { most: money(most) })} onInput=${change} /></div>`
    }`;
}
