// A fresh Ajv, set up without src/: the second opinion of the properties. V8 runs its patterns, so the regression cases'
// deliberately catastrophic one stands here in an equal form that does not backtrack.
import { Ajv2020 } from "ajv/dist/2020.js";

const EQUAL: ReadonlyMap<string, string> = new Map([
  ["^([A-Za-z0-9]+[ -]?)+$", "^[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*[ -]?$"],
]);

const regExp = (source: string, flags: string): RegExp => new RegExp(EQUAL.get(source) ?? source, flags);
regExp.code = "new RegExp";

/** Formats are annotations here. */
export const createSecondOpinion = (): Ajv2020 =>
  new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: true, multipleOfPrecision: 7, code: { regExp } });
