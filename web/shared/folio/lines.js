// The lines of a stay's folio in words. Codes of the API have texts; what staff wrote stays as it is.
import "./texts.js";
import { day } from "../format.js";
import { inLanguage, t, textOr } from "../language.js";
import { reasonText } from "../reasons.js";

/** Lines of what was booked with the stay are derived from the booking; others have a ULID. */
const ADDED = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const BOOKED = new Set(["room", "extra", "discount"]);

/** Whether a line is of what was booked with the stay: the pages show that with its price. */
export function isBooked({ line_id: id, kind }) {
  return BOOKED.has(kind) && !ADDED.test(id);
}

/** Returns what a line is for: "21 Nov Courtyard King", "Airport pick-up", "WeChat Pay", "Cash, reversed: typed twice". */
export function lineText({ kind, description, date, method, amount }) {
  if (kind === "room" && date) return `${day(date)} ${inLanguage(description)}`;
  if (kind === "payment" && method) {
    const way = textOr(`folio.method.${method}`, method);
    return amount > 0 ? t("folio.reversed", { way, reason: description }) : way;
  }
  const reason = textOr(`reason.${description}`, null);
  if (kind === "fee" && reason) return t("folio.kept", { reason });
  const known = textOr(`folio.of.${description}`, null);
  return known ?? inLanguage(reasonText(description));
}

/** Returns the name and the amount of the balance: what is owed, a credit, or that the folio is even. */
export function balanceOf({ balance }) {
  if (balance === 0) return [t("folio.even"), 0];
  return balance > 0 ? [t("folio.owes"), balance] : [t("folio.credit"), -balance];
}
