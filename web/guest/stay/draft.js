// What the guest has filled in for a room, until it is booked: it outlives a change of the language and a reload.
const PREFIX = "posthouse.draft.";

export function keptDraft(roomId) {
  return JSON.parse(sessionStorage.getItem(PREFIX + roomId) || "{}");
}

export function keepDraft(roomId, draft) {
  sessionStorage.setItem(PREFIX + roomId, JSON.stringify(draft));
}

export function forgetDraft(roomId) {
  sessionStorage.removeItem(PREFIX + roomId);
}
