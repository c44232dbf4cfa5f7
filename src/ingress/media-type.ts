// Reads Content-Type (RFC 9110 8.3): one exact media type; the only parameter that counts is charset, absent or UTF-8.
// Everything is decided after parsing: validation that is skipped by an odd Content-Type is Fastify's own oldest hole.

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
const MEDIA_TYPE = new RegExp(`^(${TOKEN}/${TOKEN})((?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"[^"\\\\]*"))*)[ \\t]*;?$`);
const PARAMETER = new RegExp(`;[ \\t]*(${TOKEN})=(?:"([^"\\\\]*)"|(${TOKEN}))`, "g");

/** The lower-case media type, or undefined when the field cannot be read or its charset is not UTF-8. */
export const readMediaType = (field: string | undefined): string | undefined => {
  if (field === "application/json") return field;
  const read = MEDIA_TYPE.exec((field ?? "").toLowerCase());
  if (read === null) return undefined;
  const charsets = [...(read[2] ?? "").matchAll(PARAMETER)].filter(([, name]) => name === "charset");
  if (charsets.length > 1 || charsets.some(([, , quoted, bare]) => (quoted ?? bare) !== "utf-8")) return undefined;
  return read[1];
};
