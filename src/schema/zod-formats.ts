// zod's string formats for the one validator, with zod's meaning (4.6.7) and in linear time: the keyword `x-format`, for
// formats that no pattern can express.
import { isSchemaObject as isObject } from "./keywords.ts";
import { compilePattern } from "./pattern.ts";
import { creditCard, iban, type TextTest } from "./zod-patterns.ts";

type FormatOptions = ReadonlyMap<string, unknown>;
type FormatReader = (options: FormatOptions) => TextTest | { readonly problem: string };

const ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
// 45: the longest writing, six groups and an IPv4 address. The alphabet keeps `@` and `\` from splitting the authority.
const isIpv6: TextTest = (text) => text.length <= 45 && ipv6Alphabet.test(text) && URL.canParse(`http://[${text}]`);

const prefixLength = /^(?:12[0-8]|1[01]\d|[1-9]?\d)$/;
// zod 4.6.7 also takes `::/1.5` and `::/NaN`, which are no prefix lengths: refused here on purpose.
const isCidrv6: TextTest = (text) => {
  const slash = text.indexOf("/");
  return slash !== -1 && prefixLength.test(text.slice(slash + 1)) && isIpv6(text.slice(0, slash));
};

const readJwtHeader = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const header: unknown = JSON.parse(atob(text));
    return isObject(header) ? header : undefined;
  } catch {
    return undefined; // Neither base64 nor JSON: it is the text that is wrong.
  }
};

const isJwt = (text: string, algorithm: unknown): boolean => {
  const parts = text.split(".", 4);
  if (parts.length !== 3) return false;
  const header = readJwtHeader(parts[0] ?? "");
  if (header === undefined || !header["alg"]) return false;
  if ("typ" in header && header["typ"] !== "JWT") return false;
  return algorithm === undefined || header["alg"] === algorithm;
};

const luhnDouble = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
const isCreditCard: TextTest = (text) => {
  if (text.length > 37 || !creditCard.test(text)) return false;
  const digits = text.replace(/[- ]/g, "");
  let sum = 0;
  for (let at = digits.length - 1, isDouble = false; at >= 0; at--, isDouble = !isDouble) {
    const digit = digits.charCodeAt(at) - 48;
    sum += isDouble ? (luhnDouble[digit] ?? 0) : digit;
  }
  return sum % 10 === 0;
};

// ISO 7064 mod 97-10: the first four characters count last, letters are 10 to 35.
const isIban: TextTest = (text) => {
  if (text.length > 34 || !iban.test(text)) return false;
  let remainder = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
};

// The URL parser turns a long non-ASCII label into punycode in quadratic time (a second for 32,000 characters).
const hostStart = /^[^:]*:[/\\]*/;
const notCheap = /[^ -~]|%/;
const hasCostlyHost = (text: string): boolean => {
  if (text.length <= 1000) return false;
  const host = text.slice(hostStart.exec(text)?.[0].length ?? 0).split(/[/\\?#]/, 1)[0] ?? "";
  return host.length > 1000 && notCheap.test(host);
};

// zod trims a URL and takes tabs and line ends out of it. A contract checks and does not change: such a text is refused.
const changedByZod = /[\t\n\r]/;
const isUrl = (text: string, isHost: TextTest | undefined, isProtocol: TextTest | undefined): boolean => {
  if (text.trim() !== text || changedByZod.test(text) || hasCostlyHost(text)) return false;
  if (isHost === undefined && isProtocol === undefined) return URL.canParse(text);
  const url = URL.parse(text);
  if (url === null) return false;
  return (isHost?.(url.hostname) ?? true) && (isProtocol?.(url.protocol.slice(0, -1)) ?? true);
};

const readPattern = (options: FormatOptions, name: string): TextTest | { problem: string } | undefined => {
  const source = options.get(name);
  if (source === undefined) return undefined;
  if (typeof source !== "string") return { problem: `'${name}' must be the source of a pattern` };
  const pattern = compilePattern(source);
  return "problem" in pattern ? { problem: `'${name}': ${pattern.problem}` } : (text) => pattern.test(text);
};

const readUrl: FormatReader = (options) => {
  const host = readPattern(options, "hostname");
  const protocol = readPattern(options, "protocol");
  if (typeof host === "object") return host;
  if (typeof protocol === "object") return protocol;
  if (options.get("slashes") !== true) return (text) => isUrl(text, host, protocol);
  return (text) => /^https?:\/\//i.test(text) && isUrl(text, host, protocol);
};

const readJwt: FormatReader = (options) => {
  const algorithm = options.get("alg");
  return (text) => isJwt(text, algorithm);
};

const readIncludes: FormatReader = (options) => {
  const [text, position] = [options.get("text"), options.get("position")];
  if (typeof text !== "string" || typeof position !== "number")
    return { problem: "'includes' needs 'text' and 'position'" };
  return (whole) => whole.includes(text, position);
};

const numberText = /^-?\d+(?:\.\d+)?$/;
const isNumberText: TextTest = (text) => numberText.test(text) && Number.isFinite(Number(text));

const readers: ReadonlyMap<string, { readonly options: readonly string[]; readonly read: FormatReader }> = new Map([
  ["url", { options: ["hostname", "protocol", "slashes"], read: readUrl }],
  ["ipv6", { options: [], read: () => isIpv6 }],
  ["cidrv6", { options: [], read: () => isCidrv6 }],
  ["jwt", { options: ["alg"], read: readJwt }],
  ["credit_card", { options: [], read: () => isCreditCard }],
  ["iban", { options: [], read: () => isIban }],
  ["includes", { options: ["text", "position"], read: readIncludes }],
  ["number_text", { options: [], read: () => isNumberText }],
]);

/** The value of `x-format`, `{ name, …options }`, as a test. */
export const readNamedFormat = (value: unknown): TextTest | { readonly problem: string } => {
  if (!isObject(value)) return { problem: "'x-format' must be an object with a 'name'" };
  const options = new Map(Object.entries(value));
  const name = options.get("name");
  const format = typeof name === "string" ? readers.get(name) : undefined;
  if (format === undefined)
    return {
      problem: `'x-format' knows no '${String(name)}'; it knows ${[...readers.keys()].join(", ")}`,
    };
  const unknown = [...options.keys()].find((option) => option !== "name" && !format.options.includes(option));
  if (unknown !== undefined) return { problem: `the format '${String(name)}' has no option '${unknown}'` };
  return format.read(options);
};
