// Reasons in ledgers and of refunds, and who acted. Those of the system have texts; what a person wrote stays as it is.
import { textOr } from "./language.js";

/** Returns a reason in the current language. `area` has its own words for some: "account", "sales". */
export function reasonText(reason, area = "record") {
  return textOr(`${area}.reason.${reason}`, textOr(`reason.${reason}`, reason));
}

/** Returns who acted: a person's username or id, or a part of the system. */
export function actorText(actor) {
  return textOr(`actor.${actor}`, actor);
}
