// The tax that is contained in a price.

const WHOLE = 10_000;

/** Returns the tax (fen) that is in an amount (fen) at a rate in basis points of the amount without it; half a fen is rounded up. */
export function taxIn(fen, rate) {
  const whole = WHOLE + rate;
  return Math.floor((2 * fen * rate + whole) / (2 * whole));
}
