// Stand-ins for patterns of zod (4.6.7) by their exact source, in linear time: those that need look-around, and those
// where V8 is linear and much faster than the linear engine.

/** Judges a whole text in linear time. */
export type TextTest = (text: string) => boolean;

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
export const iban = /^[A-Z]{2}(?!00|01|99)\d{2}[A-Z0-9]{11,30}$/;
export const creditCard = /^\d(?:[ -]?\d){11,18}$/;
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
