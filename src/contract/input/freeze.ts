// Freezes a value that the author's functions get to see: what was checked is what is sent.

/** Freezes a JSON value in place, to its depth, and returns it. Depth is bounded by the JSON parser. */
export const freezeDeep = <T>(value: T): T => {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) freezeDeep(member);
  return Object.freeze(value);
};
