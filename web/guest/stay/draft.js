// The draft of a booking: what the guest has typed for a room. It survives a reload and a change of the language.
import { tab } from "../../shared/storage.js";
import { session } from "../session.js";

const PREFIX = "posthouse.draft.";

export function keptDraft(roomId) {
  const kept = tab.read(PREFIX + roomId);
  return kept && kept.of === session.person()?.user_id ? kept.draft : {};
}

export function keepDraft(roomId, draft) {
  tab.write(PREFIX + roomId, { of: session.person()?.user_id, draft });
}

export function forgetDraft(roomId) {
  tab.remove(PREFIX + roomId);
}
