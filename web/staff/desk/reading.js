// What the pages of the desk read of one booking.
import { owedOf } from "../order_record/payments.js";
import { readRecord } from "../order_record/record.js";
import { api } from "../session.js";

/** Returns a booking by its number, with the phone number masked; null if there is none that this member of staff may see. */
export async function findBooking(orderNo) {
  const found = await api.get("/api/staff/bookings", { order_no: orderNo });
  return found.items[0] ?? null;
}

/** Returns the booking, its folio and its record; null if there is no such booking for this member of staff. */
export async function readBooking(orderNo) {
  const booking = await findBooking(orderNo);
  if (!booking) return null;
  const [folio, record] = await Promise.all([api.get(`/api/staff/bookings/${orderNo}/folio`), readRecord(orderNo)]);
  return { booking, folio, ...record };
}

/** Returns the booking with what is owed of its failed refunds (`refund_owed`): that is never kept. */
export async function readOwed(orderNo) {
  const [found, payments] = await Promise.all([
    findBooking(orderNo),
    api.get("/api/staff/payments", { order_no: orderNo }),
  ]);
  return found && { ...found, refund_owed: owedOf(payments.items) };
}
