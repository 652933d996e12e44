// The session of the guest, and the API client that uses it.
import { makeApi } from "../shared/api.js";
import { makeSession } from "../shared/session.js";
import { device } from "../shared/storage.js";

export const session = makeSession(device, "posthouse.guest");

export const api = makeApi({ token: session.token, expired: session.expire });
