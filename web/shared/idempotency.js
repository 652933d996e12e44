// Idempotency keys: each try of the same request has the same key, also after a reload of the page.

import { tab } from "./storage.js";

const PREFIX = "posthouse.key.";

/**
 * Returns the key for sending `body` for `purpose` ("booking", "refund B123"). It stays until `forgetKey`, or until the body
 * changes: another request needs another key.
 */
export function keyFor(purpose, body) {
  const sent = JSON.stringify(body);
  const kept = tab.read(PREFIX + purpose);
  // Pages of an earlier release kept it as `wish`: an open tab may send once more after a new release.
  if (kept?.key && (kept.sent ?? kept.wish) === sent) return kept.key;
  const key = crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  tab.write(PREFIX + purpose, { sent, key });
  return key;
}

/** Call it after a definite response: the next request is a new one. */
export function forgetKey(purpose) {
  tab.remove(PREFIX + purpose);
}

/** Posts with a key. The key stays while there is no response or the API fails; a definite response deletes it. */
export async function postOnce(api, purpose, path, body) {
  try {
    const answer = await api.post(path, body, keyFor(purpose, body));
    forgetKey(purpose);
    return answer;
  } catch (error) {
    if (error.status && error.status < 500 && error.code !== "in_progress") forgetKey(purpose);
    throw error;
  }
}
