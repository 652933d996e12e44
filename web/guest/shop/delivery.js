// The delivery address. It is stored on this device only and filled in the next time. What is typed for an order survives a reload and a
// change of the page.
import "./texts.js";
import { Field } from "../../shared/components.js";
import { isPhoneNumber } from "../../shared/format.js";
import { t } from "../../shared/language.js";
import { device, tab } from "../../shared/storage.js";
import { html, useState } from "../../vendor/preact.js";
import { session } from "../session.js";

const KEPT = "posthouse.delivery";
const TYPED = "posthouse.delivery.typed";

/** Another guest on the same device does not see this address. */
function own(kept) {
  return kept?.delivery && kept.of === session.person()?.user_id ? kept.delivery : null;
}

function write(storage, name, delivery) {
  storage.write(name, { of: session.person()?.user_id, delivery });
}

function remembered() {
  const known = own(tab.read(TYPED)) ?? own(device.read(KEPT));
  if (known) return known;
  return { consignee: "", phone_number: session.person()?.phone_number ?? "", address: "" };
}

/** Returns the state of the fields: `{value, typed, change, wrong, isWhole, trimmed, keep}`. Errors show after the first call of `isWhole`. */
export function useDelivery(given) {
  const [begun] = useState(given ?? remembered());
  const [value, setValue] = useState(begun);
  const [asked, setAsked] = useState(false);
  const wrong = asked ? faultsOf(value) : {};
  // Written at once: an effect would come too late for somebody who goes back right after typing.
  const type = (name, text) =>
    setValue((before) => {
      const next = { ...before, [name]: text };
      if (!given) write(tab, TYPED, next);
      return next;
    });
  return {
    value,
    wrong,
    typed: value !== begun,
    change: (name) => (text) => type(name, text),
    isWhole: () => {
      setAsked(true);
      const [first] = Object.keys(faultsOf(value));
      if (first) document.querySelector(`[name="${first}"]`)?.focus();
      return !first;
    },
    trimmed: () => Object.fromEntries(Object.entries(value).map(([name, text]) => [name, text.trim()])),
    keep() {
      write(device, KEPT, value);
      tab.remove(TYPED);
    },
  };
}

function faultsOf(value) {
  const faults = {};
  if (!value.consignee.trim()) faults.consignee = t("shop.who_is_missing");
  if (!isPhoneNumber(value.phone_number)) faults.phone_number = t("shop.phone_is_wrong");
  if (!value.address.trim()) faults.address = t("shop.address_is_missing");
  return faults;
}

/** Name, phone and address. */
export function DeliveryFields({ of }) {
  return html`<div class="stack delivery">
    <div class="delivery-who">
      <${Field} label=${t("shop.consignee")} name="consignee" value=${of.value.consignee} wrong=${of.wrong.consignee}
        autocomplete="name" maxlength="100" required onInput=${of.change("consignee")} />
      <${Field} label=${t("shop.phone")} name="phone_number" type="tel" value=${of.value.phone_number} required
        wrong=${of.wrong.phone_number} autocomplete="tel" maxlength="40" onInput=${of.change("phone_number")} />
    </div>
    <${Field} label=${t("shop.address")} name="address" value=${of.value.address} wrong=${of.wrong.address} multiline
      rows="2" autocomplete="street-address" maxlength="300" required onInput=${of.change("address")}
      placeholder=${t("shop.address_hint")} />
  </div>`;
}
