// Addresses, host names and mail addresses: RFC 2673, 4291, 1123 with the A-labels of 5891, 5321.
import { domainToASCII, domainToUnicode } from "node:url";

const isOctet = (text: string): boolean => /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255;

export const isIpv4 = (text: string): boolean => {
  if (text.length > 15) return false;
  const parts = text.split(".");
  return parts.length === 4 && parts.every(isOctet);
};

const countGroups = (text: string, mayEndInIpv4: boolean): number => {
  if (text === "") return 0;
  const groups = text.split(":");
  const last = groups.at(-1) ?? "";
  const hasIpv4 = mayEndInIpv4 && isIpv4(last);
  const hex = hasIpv4 ? groups.slice(0, -1) : groups;
  return hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? hex.length + (hasIpv4 ? 2 : 0) : Number.NaN;
};

export const isIpv6 = (text: string): boolean => {
  if (text.length > 45) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const [head = "", tail] = halves;
  if (tail === undefined) return countGroups(head, true) === 8;
  return countGroups(head, false) + countGroups(tail, true) <= 7;
};

const isPart = /^[\p{Ll}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}-]$/u;
// RFC 5892, section 2.6: exceptions that stand above the categories.
const allowed = new Set("\u00df\u03c2\u06fd\u06fe\u0f0b\u3007\u00b7\u0375\u05f3\u05f4\u30fb\u200c\u200d");
const forbidden = new Set("\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b");
const isArabicDigit = (character: string): boolean => character >= "\u0660" && character <= "\u0669";
const isExtendedArabicDigit = (character: string): boolean => character >= "\u06f0" && character <= "\u06f9";

/** RFC 5892, appendix A: characters that are allowed beside certain others only. Joiners are judged by Node (UTS 46). */
const fitsContext = (characters: readonly string[], index: number): boolean => {
  const [before = "", after = ""] = [characters[index - 1], characters[index + 1]];
  switch (characters[index]) {
    case "\u00b7":
      return before === "l" && after === "l";
    case "\u0375":
      return /^\p{Script=Greek}$/u.test(after);
    case "\u05f3":
    case "\u05f4":
      return /^\p{Script=Hebrew}$/u.test(before);
    case "\u30fb":
      return characters.some((one) => /^[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]$/u.test(one));
    default:
      return true;
  }
};

const rightToLeft = [
  "Hebrew",
  "Arabic",
  "Syriac",
  "Thaana",
  "Nko",
  "Samaritan",
  "Mandaic",
  "Adlam",
  "Hanifi_Rohingya",
  "Mende_Kikakui",
  "Phoenician",
  "Imperial_Aramaic",
  "Lydian",
  "Cypriot",
  "Avestan",
  "Old_Turkic",
  "Yezidi",
  "Sogdian",
  "Old_Sogdian",
];
const rightToLeftLetter = new RegExp(`[${rightToLeft.map((script) => `\\p{Script=${script}}`).join("")}]`, "u");

/** RFC 5893, section 2, inside one label: one direction, begun by a letter of it, one kind of digits. */
const keepsDirection = (characters: readonly string[]): boolean => {
  const isRightToLeft = (one: string): boolean => rightToLeftLetter.test(one) && !/^\p{N}$/u.test(one);
  if (!characters.some(isRightToLeft)) return true;
  if (!isRightToLeft(characters[0] ?? "")) return false;
  if (characters.some((one) => /^\p{L}$/u.test(one) && !isRightToLeft(one))) return false;
  return (
    !characters.some(isArabicDigit) || !characters.some((one) => /^[0-9]$/.test(one) || isExtendedArabicDigit(one))
  );
};

/** A label of letters beyond ASCII in its ASCII form (`xn--…`). Node decides Punycode and joiners. */
const isALabel = (label: string): boolean => {
  const ascii = label.toLowerCase();
  const unicode = domainToUnicode(ascii);
  const characters = [...unicode];
  // Decoded and encoded again it must be the same, so that a name has one spelling.
  if (unicode === ascii || domainToASCII(unicode) !== ascii) return false;
  if (unicode.slice(2, 4) === "--" || /^[-\p{M}]|-$/u.test(unicode) || !keepsDirection(characters)) return false;
  if (characters.some(isArabicDigit) && characters.some(isExtendedArabicDigit)) return false;
  return characters.every(
    (one, index) => (allowed.has(one) || isPart.test(one)) && !forbidden.has(one) && fitsContext(characters, index),
  );
};

const isLabel = (label: string): boolean =>
  label.length <= 63 &&
  /^[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?$/.test(label) &&
  (!/^xn--/i.test(label) || isALabel(label));

export const isHostname = (text: string): boolean => text.length <= 253 && text.split(".").every(isLabel);

const isAddressLiteral = (text: string): boolean =>
  isIpv4(text) || (/^IPv6:/i.test(text) ? isIpv6(text.slice(5)) : /^[0-9A-Za-z-]*[0-9A-Za-z]:[!-Z^-~]+$/.test(text));

const isLocalPart = (text: string): boolean =>
  text.startsWith('"')
    ? /^"(?:[ !#-[\]-~]|\\[ -~])*"$/.test(text)
    : text.split(".").every((atom) => /^[0-9A-Za-z!#$%&'*+/=?^_`{|}~-]+$/.test(atom));

/** RFC 5321, Mailbox, with its limits of 64 and 254. */
export const isEmail = (text: string): boolean => {
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64 || text.length > 254) return false;
  const domain = text.slice(at + 1);
  if (!isLocalPart(text.slice(0, at))) return false;
  return domain.startsWith("[") && domain.endsWith("]") ? isAddressLiteral(domain.slice(1, -1)) : isHostname(domain);
};
