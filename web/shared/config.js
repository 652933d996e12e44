// How this house is run, as /config.json tells: `{simulator}`. It is asked once; a failure is asked again the next time.
import { reach } from "./api.js";

let asked = null;

/** `{simulator: boolean}`: whether a simulator plays WeChat, as on one's own machine. */
export function config() {
  asked ??= reach("/config.json", { cache: "no-cache" })
    .then((answer) => answer.json())
    .catch((error) => {
      asked = null;
      throw error;
    });
  return asked;
}
