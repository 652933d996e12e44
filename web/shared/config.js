// The configuration of the pages, from /config.json. It is loaded once; after a failure the next call loads it again.
import { reach } from "./api.js";

let asked = null;

/** Returns `{simulator: boolean}`: whether the simulator stands in for WeChat, as on one's own machine. */
export function config() {
  asked ??= reach("/config.json", { cache: "no-cache" })
    .then((answer) => answer.json())
    .catch((error) => {
      asked = null;
      throw error;
    });
  return asked;
}
