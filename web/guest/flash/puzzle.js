// The puzzle of a sale that asks for one: a number such that SHA-256 of "puzzle.number" begins with so many zero bits.

import { pause } from "../../shared/clock.js";
import { t } from "../../shared/language.js";

/** Digests between two breaths of the page: some milliseconds of work. */
const SLICE = 512;
const encoder = new TextEncoder();

async function digestOf(puzzle, answer) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(`${puzzle}.${answer}`)));
}

/** Whether a digest begins with so many zero bits. */
export function leads(digest, bits) {
  const whole = Math.floor(bits / 8);
  for (let at = 0; at < whole; at += 1) if (digest[at] !== 0) return false;
  return bits % 8 === 0 || digest[whole] >> (8 - (bits % 8)) === 0;
}

/** The first answer that solves it. The browser digests beside the page, which stays alive. */
export async function solve(puzzle, bits) {
  // Browsers digest on secure pages only.
  if (!crypto.subtle) throw Object.assign(new Error(t("flash.no_digest")), { shown: true });
  for (let first = 0; ; first += SLICE) {
    const digests = await Promise.all(Array.from({ length: SLICE }, (_, at) => digestOf(puzzle, first + at)));
    const found = digests.findIndex((digest) => leads(digest, bits));
    if (found >= 0) return String(first + found);
    await pause(0);
  }
}
