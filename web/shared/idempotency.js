// The key of an order that was pressed: the same for each try of the same order, also after a reload of the page.

import { tab } from "./storage.js";

const PREFIX = "posthouse.key.";

/**
 * The key for sending `body` for `purpose` ("booking", "refund B123"). It stays until `forgetKey`, or until the body changes:
 * another order needs another key.
 */
export function keyFor(purpose, body) {
  const sent = JSON.stringify(body);
  const kept = tab.read(PREFIX + purpose);
  if (kept?.key && kept.sent === sent) return kept.key;
  const key = crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  tab.write(PREFIX + purpose, { sent, key });
  return key;
}

/** Call when the order has its definite answer: the next press is a new order. */
export function forgetKey(purpose) {
  tab.remove(PREFIX + purpose);
}

/** Post with a key: kept while no answer came or the API failed, forgotten with any definite answer. */
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
