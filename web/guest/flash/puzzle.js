// The puzzle of a sale: find a number so that the SHA-256 of "puzzle.number" begins with a given count of zero bits.

import { pause } from "../../shared/clock.js";
import { t } from "../../shared/language.js";

/** Digests in one go, before the page can do other work: some milliseconds. */
const SLICE = 512;
const encoder = new TextEncoder();

async function digestOf(puzzle, answer) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(`${puzzle}.${answer}`)));
}

/** Whether a digest begins with `bits` zero bits. */
export function leads(digest, bits) {
  const whole = Math.floor(bits / 8);
  for (let at = 0; at < whole; at += 1) if (digest[at] !== 0) return false;
  return bits % 8 === 0 || digest[whole] >> (8 - (bits % 8)) === 0;
}

/** Returns the first number that solves the puzzle. The page stays responsive meanwhile. */
export async function solve(puzzle, bits) {
  // Browsers offer digests only on secure pages.
  if (!crypto.subtle) throw Object.assign(new Error(t("flash.no_digest")), { shown: true });
  for (let first = 0; ; first += SLICE) {
    const digests = await Promise.all(Array.from({ length: SLICE }, (_, at) => digestOf(puzzle, first + at)));
    const found = digests.findIndex((digest) => leads(digest, bits));
    if (found >= 0) return String(first + found);
    await pause(0);
  }
}
