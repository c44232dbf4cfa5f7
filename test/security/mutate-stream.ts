// One change to an HTTP stream: of single bytes, of lines, of how a body is framed, of what stands behind what. Some keep a
// request valid, most do not; which is for the strict reading of the result to say.
import type { Random } from "../../bench/converge/random.ts";

export type Change = (stream: Buffer, random: Random) => Buffer;

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const pick = <T>(random: Random, values: readonly T[], otherwise: T): T => random.pick(values) ?? otherwise;

const replace = (stream: Buffer, from: number, to: number, text: string): Buffer =>
  Buffer.concat([stream.subarray(0, from), latin(text), stream.subarray(to)]);

const HAZARDS = [
  "\r\n",
  "\n",
  "\r",
  "\r\n\r\n",
  "\n\n",
  "\0",
  "\t",
  "\x0b",
  " ",
  ":",
  ";",
  "\x80",
  "\xff",
  "%00",
  "%2F",
  "../",
  "#",
  "?a=b",
  '"',
  "0\r\n\r\n",
  " HTTP/1.1\r\n",
];

const byteChanges: readonly Change[] = [
  (stream, random) => {
    const at = random.below(stream.length + 1);
    return replace(stream, at, at, pick(random, HAZARDS, ""));
  },
  (stream, random) => {
    const at = random.below(stream.length);
    return replace(stream, at, at + 1, String.fromCharCode(random.below(256)));
  },
  (stream, random) => {
    const at = random.below(stream.length);
    const changed = Buffer.from(stream);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  (stream, random) => {
    const at = random.below(stream.length);
    return replace(stream, at, at + 1 + random.below(6), "");
  },
  (stream, random) => {
    const at = random.below(stream.length);
    const until = at + 1 + random.below(40);
    return Buffer.concat([stream.subarray(0, until), stream.subarray(at)]);
  },
  (stream, random) => stream.subarray(0, random.below(stream.length)),
];

/** The lines of the first head, and the rest. */
interface Parts {
  readonly lines: readonly string[];
  readonly body: Buffer;
}

const partsOf = (stream: Buffer): Parts => {
  const end = stream.indexOf("\r\n\r\n");
  const head = end < 0 ? stream : stream.subarray(0, end);
  return { lines: head.toString("latin1").split("\r\n"), body: end < 0 ? Buffer.alloc(0) : stream.subarray(end + 4) };
};
const join = ({ lines, body }: Parts, lineEnd = "\r\n"): Buffer =>
  Buffer.concat([latin(`${lines.join(lineEnd)}${lineEnd}${lineEnd}`), body]);

/** A change of one line of the head; 0 is the request line. */
const onField =
  (change: (line: string, random: Random) => readonly string[]): Change =>
  (stream, random) => {
    const { lines, body } = partsOf(stream);
    const at = lines.length < 2 ? 0 : 1 + random.below(lines.length - 1);
    return join({ lines: lines.flatMap((line, index) => (index === at ? change(line, random) : [line])), body });
  };

const SPACES = ["", " ", "  ", "\t", " \t "];
const FIELDS = [
  "Content-Length: 0",
  "Content-Length: 5",
  "content-length: 13",
  "Content-Length: +2",
  "Content-Length: 2, 2",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: chunked, chunked",
  "transfer-encoding:\tCHUNKED",
  "Host: checkrein.test",
  "Host: evil.test",
  "Content-Type: text/plain",
  "Content-Encoding: gzip",
  "Connection: close",
  "Connection: upgrade",
  "Upgrade: h2c",
  "Expect: 100-continue",
  "Expect: 200-ok",
  "Trailer: X-Note-Tag",
  "TE: trailers",
  "Idempotency-Key: key-00000000",
  "X-Note-Tag: caf\xe9",
  "Mcp-Method: tools/list",
  "Mcp-Name: other",
  "Authorization: Basic eDp5",
  "Origin: https://evil.test",
  "Proxy-Connection: keep-alive",
  "X-A: b",
  "X-Empty:",
  ": empty",
  " folded: a",
];

const fieldChanges: readonly Change[] = [
  onField(() => []),
  onField((line) => [line, line]),
  onField((line, random) => [line, pick(random, FIELDS, "")]),
  onField((line, random) => [line, pick(random, FIELDS, "")]),
  onField((line) => [line.replace(/^[^:]+/, (name) => name.toUpperCase())]),
  onField((line) => [line.replace(/^[^:]+/, (name) => name.toLowerCase())]),
  onField((line, random) => [line.replace(/:\s*/, `:${pick(random, SPACES, "")}`) + pick(random, SPACES, "")]),
  onField((line, random) => [line.replace(":", `${pick(random, [" ", "\t", "\x0b", "\0"], "")}:`)]),
  onField((line, random) => [line.replace(/:\s*/, (colon) => `${colon}${pick(random, HAZARDS, "")}`)]),
  onField((line) => [line.replace(/: /, ":\r\n ")]),
  onField((line) => [line, ...Array.from({ length: 100 }, (_, index) => `X-${index}: a`)]),
  onField((line) => [line, `X-Long: ${"a".repeat(17_000)}`]),
  (stream, random) => {
    const { lines, body } = partsOf(stream);
    return join({ lines: [lines[0] ?? "", ...random.shuffle(lines.slice(1))], body });
  },
  (stream, random) => join(partsOf(stream), pick(random, ["\n", "\r", "\n\r", "\r\r\n"], "\n")),
];

const METHODS = [
  "GET",
  "POST",
  "DELETE",
  "PUT",
  "PATCH",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "QUERY",
  "get",
  "PRI",
  "M-SEARCH",
];
const VERSIONS = [
  "HTTP/1.0",
  "HTTP/0.9",
  "HTTP/2.0",
  "HTTP/1.2",
  "http/1.1",
  "HTTP/1.1 ",
  "HTTP /1.1",
  "HTTP/01.1",
  "",
];
const PREFIXES = ["http://checkrein.test", "//", "/.", "/..", "/call/..", "*", "/\\", "/%2e%2e", "/run", ""];

const onRequestLine =
  (change: (words: readonly string[], random: Random) => readonly string[]): Change =>
  (stream, random) => {
    const { lines, body } = partsOf(stream);
    const [first = "", ...fields] = lines;
    return join({ lines: [change(first.split(" "), random).join(" "), ...fields], body });
  };

const lineChanges: readonly Change[] = [
  onRequestLine(([, ...rest], random) => [pick(random, METHODS, "GET"), ...rest]),
  onRequestLine(([method = "", target = ""], random) => [method, target, pick(random, VERSIONS, "")]),
  onRequestLine(([method = "", target = "", ...rest], random) => [
    method,
    pick(random, PREFIXES, "") + target,
    ...rest,
  ]),
  onRequestLine(([method = "", target = "", ...rest], random) => [method, target + pick(random, HAZARDS, ""), ...rest]),
  onRequestLine((words, random) => words.flatMap((word) => (random.below(3) === 0 ? [word, ""] : [word]))),
  (stream, random) => Buffer.concat([latin(pick(random, ["\r\n", "\r\n\r\n", "\n", " ", "\0", "\r"], "")), stream]),
];

const withoutLength = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/^(content-length|transfer-encoding)[ \t]*:/i.test(line));

/** The body in chunks, which says the same. */
const rechunk: Change = (stream, random) => {
  const { lines, body } = partsOf(stream);
  if (!lines.some((line) => /^content-length:/i.test(line))) return stream;
  let chunks = "";
  for (let at = 0; at < body.length;) {
    const size = Math.min(1 + random.below(20), body.length - at);
    const extension = pick(random, ["", "", "", ";a=b", ';a="b c"', ";a"], "");
    const written = pick(random, [size.toString(16), size.toString(16).toUpperCase(), `0${size.toString(16)}`], "0");
    chunks += `${written}${extension}\r\n${body.toString("latin1", at, at + size)}\r\n`;
    at += size;
  }
  const trailer = pick(random, ["", "", "X-Trailer: a\r\n", "X-Note-Tag: a\r\n", "Content-Length: 3\r\n"], "");
  return join({
    lines: [...withoutLength(lines), "Transfer-Encoding: chunked"],
    body: latin(`${chunks}0\r\n${trailer}\r\n`),
  });
};

const SIZES = ["+", "-", "0x", " ", "00000000000000000", "g", "\0", ";", "_"];

const framingChanges: readonly Change[] = [
  rechunk,
  rechunk,
  (stream, random) => {
    const chunked = rechunk(stream, random);
    const at = chunked.indexOf("\r\n\r\n") + 4;
    return replace(chunked, at, at, pick(random, SIZES, ""));
  },
  (stream, random) => {
    const chunked = rechunk(stream, random).toString("latin1");
    return latin(chunked.replace(/\r\n(?=[0-9a-f]+\r\n)/i, pick(random, ["\n", "\r", "\r\n\r\n", "X\r\n", ""], "")));
  },
  (stream, random) => {
    const by = pick(random, [-2, -1, 1, 2, 100, 2 ** 31, 2 ** 53], 1);
    const text = stream.toString("latin1");
    return latin(
      text.replace(/(content-length: *)(\d+)/i, (_, name: string, length: string) => `${name}${Number(length) + by}`),
    );
  },
  (stream, random) => {
    const write = pick<(length: string) => string>(
      random,
      [
        (l) => `0${l}`,
        (l) => `+${l}`,
        (l) => `${l} `,
        (l) => `${l},${l}`,
        (l) => `${l}.0`,
        (l) => `0x${l}`,
        (l) => `${l}e0`,
        (l) => `"${l}"`,
      ],
      (l) => l,
    );
    return latin(stream.toString("latin1").replace(/(?<=content-length: *)\d+/i, write));
  },
  (stream) => {
    const { lines, body } = partsOf(stream);
    return join({ lines: withoutLength(lines), body });
  },
  (stream) => {
    const { lines, body } = partsOf(stream);
    return join({ lines: [...lines, "Transfer-Encoding: chunked"], body });
  },
];

const KINDS = [byteChanges, fieldChanges, lineChanges, framingChanges] as const;

export const changePart: Change = (stream, random) => {
  if (stream.length === 0) return stream;
  const change = random.pick(random.pick(KINDS) ?? byteChanges);
  return change === undefined ? stream : change(stream, random);
};

/** Of a whole stream, behind which others come: bytes alone. */
export const changeBytes: Change = (stream, random) =>
  stream.length === 0 ? stream : (random.pick(byteChanges) ?? changePart)(stream, random);

/** Only what keeps a request's meaning: all that comes of it has to be forwarded. */
export const changeForm: Change = (stream, random) =>
  (random.pick([rechunk, ...fieldChanges.slice(4, 7), fieldChanges[12] ?? rechunk]) ?? rechunk)(stream, random);
