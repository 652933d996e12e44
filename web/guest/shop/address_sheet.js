// The address of a flash order. The guest enters it after winning: there is no time before.
import "./texts.js";
import { Button, FaultLine, Sheet } from "../../shared/components.js";
import { useAction } from "../../shared/hooks.js";
import { t } from "../../shared/language.js";
import { html } from "../../vendor/preact.js";
import { api } from "../session.js";
import { DeliveryFields, useDelivery } from "./delivery.js";

/** Calls `onDone(order)` when the API has the address. `action` is the text of the button. */
export function AddressSheet({ order, action, onDone, onClose }) {
  const given = order.address && {
    consignee: order.consignee,
    phone_number: order.phone_number,
    address: order.address,
  };
  const delivery = useDelivery(given || undefined);
  const save = useAction(async () => {
    if (!delivery.isWhole()) return;
    const changed = await api.put(`/api/flash-orders/${order.order_no}/address`, delivery.trimmed());
    delivery.keep();
    await onDone(changed);
  });
  const submit = (event) => {
    event.preventDefault();
    save.run();
  };
  return html`<${Sheet} title=${t("shop.delivery")} onClose=${onClose} held=${delivery.typed}>
    <form class="stack" novalidate onSubmit=${submit}>
      <${DeliveryFields} of=${delivery} />
      <${FaultLine} error=${save.error} />
      <${Button} wide type="submit" busy=${save.busy}>${action ?? t("save")}<//>
    </form>
  <//>`;
}
