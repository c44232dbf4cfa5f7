// The number rule, for JSON and for query text: a token is read only when nothing is lost. Its decimal value must be
// that of the text which JSON.stringify writes for it, compared by digits and never through a second double.

/** RFC 8259, section 6. */
const grammar = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const zero = 0x30;

/**
 * The digits from the first to the last that is not zero. The nearest double is never ten times off, so a token and its
 * double's own text are the same decimal when these are. Loops, because `/0+$/` is quadratic on a long run of zeros.
 */
const significantDigits = (token: string): string => {
  const digits = token.replace(/[eE].*$/, "").replace(/[-.]/g, "");
  let from = 0;
  while (digits.charCodeAt(from) === zero) from += 1;
  let to = digits.length;
  while (digits.charCodeAt(to - 1) === zero) to -= 1;
  return digits.slice(from, to);
};

/**
 * Integers must lie within ±(2^53 − 1). Beyond that only a token with an exponent is a float by its looks (`1E22`), and
 * only from 1e21 on is it sent as one: JSON.stringify writes smaller ones as plain integers.
 */
const isPlainInteger = (token: string, value: number): boolean => Math.abs(value) < 1e21 || !/e/i.test(token);

/**
 * The value of a JSON number token, or undefined when a double cannot hold it. The token must be of the grammar.
 * `-0` and `-0.0` are the value -0: sent as `0`, which is numerically equal. `1e-400` is not 0 and is not read.
 */
export const readSafeNumber = (token: string): number | undefined => {
  const value = Number(token);
  // Every decimal of at most 15 digits is the shortest writing of its double (IEEE 754, binary64).
  if (token.length <= 15 && !/e/i.test(token)) return value;
  if (!Number.isFinite(value)) return undefined;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && isPlainInteger(token, value)) return undefined;
  const sent = String(value);
  return sent === token || significantDigits(sent) === significantDigits(token) ? value : undefined;
};

/** The value of a text that is a JSON number and that a double holds exactly as written, else undefined. */
export const readNumberToken = (token: string): number | undefined =>
  grammar.test(token) ? readSafeNumber(token) : undefined;
