// Which URIs an allow list names. A server may read a URI in other ways than we do: decode it, take `\` for `/`, walk up at
// `..`. What can be read in two ways matches no glob, unless the author wrote it so, byte for byte.
import { EVERYTHING, MOST_LENGTH, type Match, compileUriGlob } from "./glob.ts";

/** Which URIs, and which templates of URIs (RFC 6570), are named. */
export interface UriMatch {
  readonly uri: Match;
  readonly template: Match;
}

export const compileUriMatch = (globs: readonly string[]): UriMatch => {
  if (globs.includes(EVERYTHING)) return { uri: () => true, template: () => true };
  const literal = new Set(globs);
  const matches = globs.map(compileReadings);
  const uri: Match = (text) => literal.has(text) || (isUnequivocal(text) && matches.some((match) => match(text)));
  const template: Match = (text) => {
    const sample = literal.has(text) ? undefined : sampleOf(text);
    return literal.has(text) || (sample !== undefined && uri(sample));
  };
  return { uri, template };
};

/** A URI has to match as it stands, and as it reads to a server that decodes before it splits. */
const compileReadings = (glob: string): Match => {
  const asItStands = compileUriGlob(glob);
  const split = compileUriGlob(readSplits(glob));
  return (uri) => {
    const reading = readSplits(uri);
    return asItStands(uri) && (reading === uri || split(reading));
  };
};

const readSplits = (text: string): string => text.replace(/\\|%(?:25)*(?:2f|5c)/gi, "/").replace(/%(?:25)*2e/gi, ".");

// What is looked for is control characters.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
/** `.` and `..` as whole segments, also with what parsers of URLs take away: parameters (`..;x`), blanks at the end. */
// oxlint-disable-next-line no-control-regex
const DOT_SEGMENT = /(?:^|[/\\:])\.\.?(?:;[^/\\?#]*|[\u0000-\u0020]*)(?=[/\\?#]|$)/;
/** Parsers of URLs take these away wherever they stand. */
const LINE_ENDS = /[\t\n\r]/g;
/** Before the host: `https://docs.example.com@evil.example/`. */
const USER_INFO = /^[^/\\?#]*:[/\\]{2}[^/\\?#]*@/;

/** Nobody decodes more often. */
const MOST_DECODINGS = 3;

const isUnequivocal = (uri: string): boolean => {
  if (uri.length > MOST_LENGTH || CONTROL.test(uri) || USER_INFO.test(uri)) return false;
  let reading = uri;
  for (let count = 0; count <= MOST_DECODINGS; count += 1) {
    if (DOT_SEGMENT.test(reading.replace(LINE_ENDS, "")) || reading.includes("\0")) return false;
    const decoded = decode(reading);
    if (decoded === undefined) return count > 0; // a `%` that was encoded is a character
    if (decoded === reading) return true;
    reading = decoded;
  }
  return false;
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** No glob names this character: where it stands in a sample, only a wildcard matches. */
const ANYTHING = "\ue000";
const EXPRESSION = /\{([+#./;?&]?)([\w.%,:*]+)\}/g;

/**
 * The URI that a template gives when each of its variables has one short value: each placeholder has to stand where the
 * glob has a wildcard, and all else has to match. A template that cannot be read has no sample. RFC 6570, 3.2.
 */
const sampleOf = (template: string): string | undefined => {
  const sample = template.replace(EXPRESSION, (_, operator: string, names: string) =>
    expand(operator, names.split(",")),
  );
  return /[{}]/.test(sample) ? undefined : sample;
};

const expand = (operator: string, names: readonly string[]): string => {
  const separator = separators.get(operator) ?? ",";
  const isNamed = operator === ";" || operator === "?" || operator === "&";
  const parts = names.map((name) => (isNamed ? `${name.replace(/(?::\d+|\*)$/, "")}=${ANYTHING}` : ANYTHING));
  return `${operator === "+" ? "" : operator}${parts.join(separator)}`;
};

const separators: ReadonlyMap<string, string> = new Map([
  [".", "."],
  ["/", "/"],
  [";", ";"],
  ["?", "&"],
  ["&", "&"],
]);
