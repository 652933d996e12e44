// What is on record of an order of any kind: its payments, the messages that it caused, the notices to its guest.
import { api } from "../session.js";

/** Returns `{payments, messages, notices}` of an order, each a list, oldest first. */
export async function readRecord(orderNo) {
  const [payments, messages, notices] = await Promise.all([
    api.get("/api/staff/payments", { order_no: orderNo }),
    api.get(`/api/staff/orders/${orderNo}/messages`),
    api.get(`/api/staff/orders/${orderNo}/notifications`),
  ]);
  return { payments: payments.items, messages: messages.items, notices: notices.items };
}
