// What the sheets of a booking's moves share: they read what is true, and tell when somebody else was faster.
import { toast } from "../../shared/components.js";
import { t, textOr } from "../../shared/language.js";
import { openMoves } from "./open_moves.js";
import { findBooking } from "./reading.js";

/** Returns what makes a sheet look whether its move is still open. */
export function stillOpen(name, { booking, now }) {
  return {
    read: () => findBooking(booking.order_no),
    obstacle: (found) =>
      openMoves(found ?? {}, now)[name] ? null : t("changed_to", { status: textOr(`status.${found?.status}`, "—") }),
  };
}

/**
 * Returns the `onSave` of a sheet. `move(body, facts)` makes the move and returns the key of the text that tells it; `onDone` gets the
 * facts. The page is read again, also if another desk or the guest was faster: then the sheet stays, says it, and keeps what was typed.
 */
export function making({ booking, onChange }, move) {
  return async (body, _, facts) => {
    let said;
    try {
      said = await move(body, facts);
    } catch (error) {
      if (error.status === 409) onChange();
      throw error;
    }
    toast(t(said, { name: booking.guest_name }));
    await onChange();
    return facts;
  };
}
