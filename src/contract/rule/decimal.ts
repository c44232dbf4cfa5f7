// Amounts in exact decimals: counted as whole numbers of the smallest unit, so that no sum is ever rounded.

/** Every store adds numbers up to here exactly. */
export const MOST_UNITS = 2 ** 52;
export const MOST_DECIMALS = 9;

/** 12.5 with 2 decimals is 1250. Undefined for what is no amount: no number, negative, finer than the decimals, too large. */
export const toUnits = (amount: unknown, decimals: number): number | undefined => {
  if (typeof amount !== "number" || !(amount >= 0 && amount <= MOST_UNITS)) return undefined;
  const text = amount.toFixed(decimals);
  if (Number(text) !== amount) return undefined;
  const units = BigInt(text.replace(".", ""));
  return units <= BigInt(MOST_UNITS) ? Number(units) : undefined;
};

/** 1250 with 2 decimals is "12.50"; whole amounts have no decimals: "12". */
export const fromUnits = (units: number, decimals: number): string => {
  const digits = String(units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals);
  return /^0*$/.test(rest) ? whole : `${whole}.${rest}`;
};
