// Whether a value that was read from a server can be handed on as it is: a number that a double cannot hold stands in it as
// a mark (`unsafeNumbers: "mark"`), and would be written as something else.
import { UnsafeNumber } from "./strict-json.ts";

export const isExact = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isExact);
  return !(value instanceof UnsafeNumber) && Object.values(value).every(isExact);
};
