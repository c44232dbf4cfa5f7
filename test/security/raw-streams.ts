// HTTP messages that receivers read in different ways, byte by byte: 49 that must be refused, and what is harmless. Whatever two
// parsers disagree about is how a second request is smuggled past the first one's check. RFC 9112; the list is that of the
// threat model.

const BODY = '{"text":"hi"}';
const CHUNKED_BODY = `d\r\n${BODY}\r\n0\r\n\r\n`;

/** Text to bytes, one byte a character: what is not ASCII is written as escapes. */
export const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

const message = (requestLine: string, fields: readonly string[], body = ""): Buffer =>
  bytes(`${[requestLine, ...fields].join("\r\n")}\r\n\r\n${body}`);

const HOST = "Host: checkrein.test";
const JSON_TYPE = "Content-Type: application/json";

/** A note, with other framing fields and another body. */
const note = (fields: readonly string[], body: string): Buffer =>
  message("POST /notes HTTP/1.1", [HOST, JSON_TYPE, ...fields], body);
const chunked = (body: string): Buffer => note(["Transfer-Encoding: chunked"], body);
/** A read of one order, with other fields or another request line. */
const order = (fields: readonly string[], requestLine = "GET /orders/ord_A1b2C3d4 HTTP/1.1"): Buffer =>
  message(requestLine, fields);
const orderLine = (requestLine: string): Buffer => order([HOST], requestLine);

/** A valid write on the same connection: it must not be taken after a refused request. */
export const FOLLOWING = note([`Content-Length: ${BODY.length}`, "Connection: close"], BODY);

const length: readonly (readonly [string, Buffer])[] = [
  ["Content-Length with Transfer-Encoding", note(["Content-Length: 4", "Transfer-Encoding: chunked"], CHUNKED_BODY)],
  ["Content-Length twice, different", note(["Content-Length: 13", "Content-Length: 2"], BODY)],
  ["Content-Length twice, equal", note(["Content-Length: 13", "Content-Length: 13"], BODY)],
  ["Content-Length 13, 13", note(["Content-Length: 13, 13"], BODY)],
  ["Content-Length +13", note(["Content-Length: +13"], BODY)],
  ["Content-Length 0xd", note(["Content-Length: 0xd"], BODY)],
  ["Content-Length -13", note(["Content-Length: -13"], BODY)],
  ["Content-Length 2^64+13", note(["Content-Length: 18446744073709551629"], BODY)],
  ["a body without any length", note([], BODY)],
];

const transferEncoding: readonly (readonly [string, Buffer])[] = [
  ["Transfer-Encoding xchunked", note(["Transfer-Encoding: xchunked"], CHUNKED_BODY)],
  ["Transfer-Encoding chunked, identity", note(["Transfer-Encoding: chunked, identity"], CHUNKED_BODY)],
  ["Transfer-Encoding twice", note(["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], CHUNKED_BODY)],
  ["Transfer-Encoding gzip, chunked", note(["Transfer-Encoding: gzip, chunked"], CHUNKED_BODY)],
  ["a vertical tab before chunked", note(["Transfer-Encoding: \x0bchunked"], CHUNKED_BODY)],
  ["a space before the colon", note(["Transfer-Encoding : chunked"], CHUNKED_BODY)],
  ["a line feed in a chunk extension", chunked(`d;a=\n\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size +d", chunked(`+d\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size 0xd", chunked(`0xd\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk size of 17 digits", chunked(`1000000000000000d\r\n${BODY}\r\n0\r\n\r\n`)],
  ["a chunk that does not end where it says", chunked(`d\r\n${BODY}XX0\r\n\r\n`)],
  ["chunk lines that end with a line feed", chunked(`d\n${BODY}\n0\n\n`)],
  [
    "HTTP/1.0 with chunked",
    message("POST /notes HTTP/1.0", [HOST, JSON_TYPE, "Transfer-Encoding: chunked"], CHUNKED_BODY),
  ],
];

const fields: readonly (readonly [string, Buffer])[] = [
  ["a folded field", order([HOST, "X-A: b", " c: d"])],
  ["lines that end with a line feed", bytes(`GET /orders/ord_A1b2C3d4 HTTP/1.1\n${HOST}\n\n`)],
  ["a carriage return in a value", order([HOST, "X-A: b\rX-B: c"])],
  ["a NUL in a value", order([HOST, "X-A: b\0c"])],
  ["a space in a field's name", order([HOST, "X A: b"])],
  ["a line without a colon", order([HOST, "X-A"])],
  ["a space before the first field", order([` ${HOST}`])],
  ["no Host", order(["X-A: b"])],
  ["two Host fields", order([HOST, HOST])],
  ["a Host that is no host name", order(["Host: a b/c@d"])],
  ["two Content-Type fields", note([JSON_TYPE, `Content-Length: ${BODY.length}`], BODY)],
  ["an expectation that nobody knows", note(["Expect: 200-ok", `Content-Length: ${BODY.length}`], BODY)],
  ["a field of 17 kB", order([HOST, `X-A: ${"a".repeat(17_000)}`])],
  ["2,001 fields", order([HOST, ...Array.from({ length: 2000 }, () => "A: b")])],
];

const requestLine: readonly (readonly [string, Buffer])[] = [
  ["HTTP/1.2", orderLine("GET /orders/ord_A1b2C3d4 HTTP/1.2")],
  ["HTTP/3.0", orderLine("GET /orders/ord_A1b2C3d4 HTTP/3.0")],
  ["HTTP/0.9", bytes("GET /orders/ord_A1b2C3d4\r\n")],
  ["a space in the target", orderLine("GET /labels/a b HTTP/1.1")],
  ["a tab in the target", orderLine("GET /labels/a\tb HTTP/1.1")],
  ["raw UTF-8 in the target", orderLine("GET /labels/\xc3\xa9 HTTP/1.1")],
  ["a method in lower case", orderLine("get /orders/ord_A1b2C3d4 HTTP/1.1")],
  ["an unknown method", orderLine("FETCH /orders/ord_A1b2C3d4 HTTP/1.1")],
  ["CONNECT", orderLine("CONNECT checkrein.test:80 HTTP/1.1")],
  ["an absolute-form target", orderLine("GET http://checkrein.test/orders/ord_A1b2C3d4 HTTP/1.1")],
  ["OPTIONS *", orderLine("OPTIONS * HTTP/1.1")],
  ["a fragment in the target", orderLine("GET /orders/ord_A1b2C3d4#a HTTP/1.1")],
  ["GET with a body", message("GET /orders/ord_A1b2C3d4 HTTP/1.1", [HOST, "Content-Length: 2"], "{}")],
];

export const refusedStreams = [...length, ...transferEncoding, ...fields, ...requestLine];

/** What RFC 9112 takes, and what means one thing only: a valid call each, on a connection that stays. */
export const harmlessStreams: readonly (readonly [string, Buffer])[] = [
  ["a chunk extension", chunked(`d;a=b\r\n${BODY}\r\n0\r\n\r\n`)],
  ["trailers", chunked(`d\r\n${BODY}\r\n0\r\nX-Note-Tag: a\r\nX-B: c\r\n\r\n`)],
  [
    "an upgrade to h2c",
    order([HOST, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]),
  ],
  ["empty lines before the request", Buffer.concat([bytes("\r\n\r\n"), order([HOST])])],
  ["white space before the length", note(["Content-Length: \t 13"], BODY)],
  ["é in a field that is no argument", note(["X-A: caf\xe9", "Content-Length: 13"], BODY)],
];
