// zod's string formats for the one validator, with zod's meaning (4.6.7) and in linear time. `namedPatterns` stands
// in for patterns by their exact source: those that need look-around, and those where V8 is linear and much faster
// than the linear engine. `readNamedFormat` reads the keyword `x-format`, for formats that no pattern can express.

/** Judges a whole text in linear time. */
export type TextTest = (text: string) => boolean;
export type CompilePattern = (source: string) => { test(text: string): boolean } | { readonly problem: string };
type FormatOptions = ReadonlyMap<string, unknown>;
type FormatReader = (options: FormatOptions, compile: CompilePattern) => TextTest | { readonly problem: string };

// A text longer than the pattern can match is refused before V8 sees it, so that backtracking is bounded by a constant.
const upTo =
  (length: number, pattern: RegExp): TextTest =>
  (text) =>
    text.length <= length && pattern.test(text);

// Anchored, and every repetition ends at a character that it cannot itself contain: V8 backs off over each part once.
const linear =
  (pattern: RegExp): TextTest =>
  (text) =>
    pattern.test(text);

const duration = /^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$/;
const extendedDuration =
  /^[-+]?P(?!$)(?:(?:[-+]?\d+Y)|(?:[-+]?\d+[.,]\d+Y$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:(?:[-+]?\d+W)|(?:[-+]?\d+[.,]\d+W$))?(?:(?:[-+]?\d+D)|(?:[-+]?\d+[.,]\d+D$))?(?:T(?=[\d+-])(?:(?:[-+]?\d+H)|(?:[-+]?\d+[.,]\d+H$))?(?:(?:[-+]?\d+M)|(?:[-+]?\d+[.,]\d+M$))?(?:[-+]?\d+(?:[.,]\d+)?S)?)??$/;
const hostname =
  /^(?=.{1,253}\.?$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-0-9a-zA-Z]{0,61}[0-9a-zA-Z])?)*\.?$/;
const domain = /^(?=.{1,253}$)([a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}$/;
const emoji =
  /^(?=[\s\S]*[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3])[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u;
const iban = /^[A-Z]{2}(?!00|01|99)\d{2}[A-Z0-9]{11,30}$/;
const creditCard = /^\d(?:[ -]?\d){11,18}$/;
const base64 = /^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$/;
const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;
const ipv4 =
  /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$/;
const uuid =
  /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;
const uuidOf = (version: number): RegExp =>
  new RegExp(`^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$`);
const dateSource =
  "(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))";
const instant = `^${dateSource}T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?`;

// `{4}` groups would make V8 keep a stack entry for every four characters of a large text: length and alphabet say the same.
const base64Alphabet = /^[0-9a-zA-Z+/]*={0,2}$/;
const base64urlAlphabet = /^[A-Za-z0-9_-]*$/;
const isBase64: TextTest = (text) => text.length % 4 === 0 && base64Alphabet.test(text);
const isBase64Url: TextTest = (text) => text.length % 4 !== 1 && base64urlAlphabet.test(text);

const named: readonly (readonly [RegExp, TextTest])[] = [
  [duration, linear(duration)],
  [extendedDuration, linear(extendedDuration)],
  [hostname, upTo(254, hostname)],
  [domain, upTo(253, domain)],
  [emoji, linear(emoji)],
  [iban, upTo(34, iban)],
  [creditCard, upTo(37, creditCard)],
  [base64, isBase64],
  [base64url, isBase64Url],
  [ipv4, upTo(15, ipv4)],
  [uuid, upTo(36, uuid)],
  ...[4, 6, 7].map((version) => [uuidOf(version), upTo(36, uuidOf(version))] as const),
  ...[`^${dateSource}$`, `${instant}(?:Z))$`, `${instant}(?:Z|([+-](?:[01]\\d|2[0-3]):[0-5]\\d)))$`].map(
    (source) => [new RegExp(source), linear(new RegExp(source))] as const,
  ),
];

/** Equal in meaning to the pattern of the same source; asked for before the linear engine. */
export const namedPatterns: ReadonlyMap<string, TextTest> = new Map(named.map(([{ source }, test]) => [source, test]));

const ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
// 45: the longest writing, six groups and an IPv4 address. The alphabet keeps `@` and `\` from splitting the authority.
const isIpv6: TextTest = (text) => text.length <= 45 && ipv6Alphabet.test(text) && URL.canParse(`http://[${text}]`);

const prefixLength = /^(?:12[0-8]|1[01]\d|[1-9]?\d)$/;
// zod 4.6.7 also takes `::/1.5` and `::/NaN`, which are no prefix lengths: refused here on purpose.
const isCidrv6: TextTest = (text) => {
  const slash = text.indexOf("/");
  return slash !== -1 && prefixLength.test(text.slice(slash + 1)) && isIpv6(text.slice(0, slash));
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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

const readPattern = (
  options: FormatOptions,
  name: string,
  compile: CompilePattern,
): TextTest | { problem: string } | undefined => {
  const source = options.get(name);
  if (source === undefined) return undefined;
  if (typeof source !== "string") return { problem: `'${name}' must be the source of a pattern` };
  const pattern = compile(source);
  return "problem" in pattern ? { problem: `'${name}': ${pattern.problem}` } : (text) => pattern.test(text);
};

const readUrl: FormatReader = (options, compile) => {
  const host = readPattern(options, "hostname", compile);
  const protocol = readPattern(options, "protocol", compile);
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

/** The value of `x-format`, `{ name, …options }`, as a test; `compile` is the linear engine, for patterns among the options. */
export const readNamedFormat = (value: unknown, compile: CompilePattern): TextTest | { readonly problem: string } => {
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
  return format.read(options, compile);
};
