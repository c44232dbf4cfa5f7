// Bytes to a value, or a refusal; used on both sides of the sidecar. RFC 8259 and nothing more, plus what keeps a value
// the same for every reader: no duplicate keys, no lone surrogates, no number that a double changes, no `__proto__`.
// One hand-written descent over the decoded text: JSON.parse keeps the last duplicate and rounds, without a word.
import { isUtf8 } from "node:buffer";
import { escapePointer } from "./pointer.ts";
import { cut, fail, failed, failExpecting, readNumber, readString, readWord, skipSpace } from "./json-scalar.ts";
import type { Failed, Reading } from "./json-scalar.ts";
import { accept, refuse } from "../refusal.ts";
import type { Checked, Refused } from "../refusal.ts";

export interface StrictJsonOptions {
  /** Levels of objects and arrays, one inside the other. More than 512 are refused whatever is asked. */
  readonly maxDepth: number;
  /** `mark` puts an UnsafeNumber in the number's place. */
  readonly unsafeNumbers: "refuse" | "mark";
}

/** Stands where a number was that a double cannot hold. It matters only when the member is kept. */
export class UnsafeNumber {
  readonly token: string;
  constructor(token: string) {
    this.token = token;
    Object.freeze(this);
  }
}

const mark = (token: string): UnsafeNumber => new UnsafeNumber(token);

/** The descent recurses: so many levels fit on any stack, and validators and JSON.stringify recurse after it. */
const deepest = 512;

const failDepth = (reading: Reading): Failed =>
  fail(reading, {
    code: "too_deep",
    at: reading.at,
    what: `objects and arrays stand more than ${reading.maxDepth} levels deep`,
    mend: "Nest them less.",
  });

const readArray = (reading: Reading): readonly unknown[] | Failed => {
  const items: unknown[] = [];
  reading.at += 1;
  if (skipSpace(reading) === 0x5d) {
    reading.at += 1;
    return items;
  }
  for (;;) {
    const item = readValue(reading);
    if (item === failed) {
      reading.path.push(items.length);
      return failed;
    }
    items.push(item);
    const code = skipSpace(reading);
    if (code !== 0x2c && code !== 0x5d) return failExpecting(reading, 'a "," or a "]"');
    reading.at += 1;
    if (code === 0x5d) return items;
  }
};

const failMember = (reading: Reading, key: string, at: number): Failed => {
  const received = cut(JSON.stringify(key), 120);
  reading.path.push(key);
  if (key !== "__proto__") {
    return fail(reading, {
      code: "duplicate_key",
      at,
      what: `the key ${received} stands twice`,
      mend: "Write it once.",
      received,
    });
  }
  return fail(reading, {
    code: "invalid_request",
    at,
    what: `the key "__proto__" is not allowed`,
    mend: "Leave it out.",
    received,
  });
};

/** Reads `"key":` and refuses a key that may not stand here. */
const readKey = (reading: Reading, object: Readonly<Record<string, unknown>>): string | Failed => {
  const start = reading.at;
  const key = readString(reading);
  if (key === failed) return failed;
  if (key === "__proto__" || Object.hasOwn(object, key)) return failMember(reading, key, start);
  if (skipSpace(reading) !== 0x3a) return failExpecting(reading, 'a ":"');
  reading.at += 1;
  return key;
};

/** Assignment would run an inherited setter and trips over a frozen Object.prototype, so those keys are defined. */
const addMember = (object: Record<string, unknown>, key: string, value: unknown): void => {
  if (!(key in object)) {
    object[key] = value;
    return;
  }
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
};

const readObject = (reading: Reading): Readonly<Record<string, unknown>> | Failed => {
  const object: Record<string, unknown> = {};
  reading.at += 1;
  let code = skipSpace(reading);
  if (code === 0x7d) {
    reading.at += 1;
    return object;
  }
  for (;;) {
    if (code !== 0x22) return failExpecting(reading, "a key in double quotes");
    const key = readKey(reading, object);
    if (key === failed) return failed;
    const value = readValue(reading);
    if (value === failed) {
      reading.path.push(key);
      return failed;
    }
    addMember(object, key, value);
    code = skipSpace(reading);
    if (code !== 0x2c && code !== 0x7d) return failExpecting(reading, 'a "," or a "}"');
    reading.at += 1;
    if (code === 0x7d) return object;
    code = skipSpace(reading);
  }
};

const readNested = (reading: Reading, read: (reading: Reading) => unknown): unknown => {
  if (!(reading.depth < reading.maxDepth)) return failDepth(reading);
  reading.depth += 1;
  const value = read(reading);
  reading.depth -= 1;
  return value;
};

const readValue = (reading: Reading): unknown => {
  const code = skipSpace(reading);
  if (code === 0x22) return readString(reading);
  if (code === 0x7b) return readNested(reading, readObject);
  if (code === 0x5b) return readNested(reading, readArray);
  if (code === 0x74) return readWord(reading, "true", true);
  if (code === 0x66) return readWord(reading, "false", false);
  if (code === 0x6e) return readWord(reading, "null", null);
  return readNumber(reading, code);
};

/** RFC 6901. */
const pointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${escapePointer(String(key))}`).join("");

const place = (text: string, at: number): string => {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

const refuseReading = ({ text, path, problem }: Reading): Refused => {
  if (problem === undefined) throw new Error("the reading failed without a problem");
  const at = pointer(path.toReversed());
  const where = at === "" ? place(text, problem.at) : `${place(text, problem.at)} (${JSON.stringify(cut(at, 120))})`;
  const what = `${problem.what} at ${where}`;
  const received = problem.received === undefined ? {} : { received: problem.received };
  return refuse(problem.code, `${sentence(what)} ${problem.mend}`, {
    issues: [{ path: at, code: problem.code, message: `cannot be read: ${what}`, ...received }],
  });
};

const sentence = (what: string): string => `${what.charAt(0).toUpperCase()}${what.slice(1)}.`;

const refuseEncoding = (what: string, mend: string): Refused =>
  refuse("invalid_encoding", `${sentence(what)} ${mend}`, {
    issues: [{ path: "", code: "invalid_encoding", message: `cannot be read: ${what}` }],
  });

/** `ignoreBOM` keeps the byte order mark in the text, where it is seen and refused. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const refuseBytes = (bytes: Uint8Array): Refused => {
  // Decoded with replacements and encoded again, the bytes first differ where they go wrong.
  const mended = new TextEncoder().encode(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  const at = mended.findIndex((byte, index) => byte !== bytes[index]);
  return refuseEncoding(`the text is not valid UTF-8 from byte ${at} on`, "Send it encoded as UTF-8.");
};

/**
 * Reads one JSON document. The refusal is malformed_json, duplicate_key, unsafe_number, invalid_encoding, too_deep, or
 * invalid_request for a key `__proto__`; its one issue has the JSON Pointer into this document. Never throws.
 */
export const parseStrictJson = (bytes: Uint8Array, options: StrictJsonOptions): Checked<unknown> => {
  if (!isUtf8(bytes)) return refuseBytes(bytes);
  const text = decoder.decode(bytes);
  if (text.charCodeAt(0) === 0xfeff) return refuseEncoding("the text begins with a byte order mark", "Leave it out.");
  const reading: Reading = {
    text,
    maxDepth: Math.min(options.maxDepth, deepest),
    markUnsafe: options.unsafeNumbers === "mark" ? mark : undefined,
    at: 0,
    depth: 0,
    problem: undefined,
    path: [],
  };
  const value = readValue(reading);
  if (value === failed) return refuseReading(reading);
  skipSpace(reading);
  if (reading.at === text.length) return accept(value);
  failExpecting(reading, "the end of the text");
  return refuseReading(reading);
};
