// The API client: JSON in and out, errors with their code, retries of requests that may be repeated.
import { hearTime, pause } from "./clock.js";

const TIMEOUT_MS = 15_000;
const FILE_TIMEOUT_MS = 35_000;
const RETRIES = 2;
const PAUSE_MS = 400;
/** The event of the window after each response of the API. */
export const REACHED = "posthouse.reached";
const PASSING = new Set([502, 503, 504]);

/** An error response of the API. `code` is stable (openapi.yaml, `x-codes`); `errors` name the fields of a 422. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code || "unknown";
    this.errors = body.errors || [];
    this.requestId = body.request_id;
    this.body = body;
  }
}

/** No response: offline, the API is down, or it took longer than 15 s. The request may still have had its effect. */
export class Unreachable extends Error {
  constructor(cause) {
    super("The API does not answer.");
    this.name = "Unreachable";
    this.cause = cause;
    /** Whether the device had no network then. */
    this.offline = !navigator.onLine;
  }
}

/** `fetch` for other paths (config.json, the simulator). Throws `Unreachable` too if there is no response within 15 s. */
export async function reach(path, options) {
  try {
    return await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS), ...options });
  } catch (cause) {
    throw new Unreachable(cause);
  }
}

/**
 * Makes a client.
 * @param {{token: () => string | null, expired: (code?: string) => void}} session gives the bearer token; `expired` hears of a 401 and its code
 */
export function makeApi({ token, expired }) {
  async function once(method, path, body, key) {
    const headers = { Accept: "application/json" };
    const bearer = token();
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    let response;
    let text;
    const sent = Date.now();
    try {
      response = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        cache: "no-store",
      });
      hearTime(response.headers, sent, Date.now());
      // The network may also fail in the middle of a response.
      text = await response.text();
      dispatchEvent(new Event(REACHED));
    } catch (cause) {
      throw new Unreachable(cause);
    }
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer;
    if (answer === undefined) throw new Unreachable(`HTTP ${response.status} without JSON`);
    // A late 401 for an earlier session says nothing about the session of now.
    if (response.status === 401 && bearer && bearer === token()) expired(answer?.code);
    throw new Problem(response.status, answer || {});
  }

  // A GET, a PUT, and a POST with a key may be repeated: the API returns the same result.
  async function send(method, path, { query, body, key } = {}) {
    const target = path + queryString(query);
    const repeatable = method === "GET" || method === "PUT" || Boolean(key);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(method, target, body, key);
      } catch (error) {
        if (!repeatable || attempt >= RETRIES || !passes(error)) throw error;
        await pause(PAUSE_MS * 2 ** attempt);
      }
    }
  }

  // A file of a whole list takes as long as the API lets a function run. It is asked for once: staff press again.
  async function file(path, query) {
    const bearer = token();
    const headers = { Accept: "text/csv", Authorization: `Bearer ${bearer}` };
    const response = await reach(path + queryString(query), {
      headers,
      cache: "no-store",
      signal: AbortSignal.timeout(FILE_TIMEOUT_MS),
    });
    if (!response.ok) {
      const answer = parsed(await response.text()) ?? {};
      if (response.status === 401 && bearer === token()) expired(answer.code);
      throw new Problem(response.status, answer);
    }
    const [, name] = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "") ?? [];
    return { blob: await response.blob(), name: name ?? "posthouse.csv" };
  }

  return {
    /** Returns a list of staff as CSV: `{blob, name}`. */
    file,
    get: (path, query) => send("GET", path, { query }),
    post: (path, body, key) => send("POST", path, { body, key }),
    put: (path, body) => send("PUT", path, { body }),
    delete: (path) => send("DELETE", path),
  };
}

/** Whether the same request may succeed in a moment. */
function passes(error) {
  if (error instanceof Unreachable) return navigator.onLine;
  return error instanceof Problem && (PASSING.has(error.status) || error.code === "in_progress");
}

function parsed(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function queryString(query) {
  const given = Object.entries(query || {}).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Returns the result of `asked` (a promise of the client); null for a 404. */
export async function orNull(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/** Returns every item of a short list. It follows the cursor up to 1,000 items. */
export async function everything(api, path, query) {
  const items = [];
  let cursor;
  do {
    const page = await api.get(path, { limit: 100, ...query, cursor });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < 1000);
  return items;
}
