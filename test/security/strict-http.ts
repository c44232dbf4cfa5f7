// HTTP/1.1 as RFC 9112 has it, read without any leniency and without src/ or Node's parser: which requests a stream can only
// mean, and where it stops to mean anything. What two readers could read in two ways ends the stream here.
import { METHODS } from "node:http";
import type { Fields } from "../support/raw-http.ts";
import type { RecordedRequest } from "../support/scripted-backend.ts";

export interface StrictRequest extends RecordedRequest {
  /** The agent wants no further request on this connection to be read. */
  readonly closes: boolean;
}

/** `broken`: no reader can say what comes next. `incomplete`: more bytes would be needed. */
export type StreamEnd = "clean" | "broken" | "incomplete";

export interface StrictReading {
  readonly requests: readonly StrictRequest[];
  readonly end: StreamEnd;
}

export const readStrictly = (stream: Buffer): StrictReading => {
  const text = stream.toString("latin1");
  const requests: StrictRequest[] = [];
  let at = skipEmptyLines(text, 0);
  while (at < text.length) {
    const read = readRequest(text, at);
    // Before a head is whole nobody has to say yet that it cannot be read.
    if (typeof read === "string") return { requests, end: text.includes("\r\n\r\n", at) ? read : "incomplete" };
    requests.push(read.request);
    at = read.request.closes ? text.length : skipEmptyLines(text, read.end);
  }
  return { requests, end: "clean" };
};

/** RFC 9112 2.2: empty lines before a request line are passed over; half ones, too, in which nothing can hide. */
const skipEmptyLines = (text: string, from: number): number => {
  let at = from;
  while (text[at] === "\r" || text[at] === "\n") at += 1;
  return at;
};

type Unreadable = Exclude<StreamEnd, "clean">;
interface ReadPart<Value> {
  readonly value: Value;
  readonly end: number;
}

/** RFC 9112 3 leaves it to the reader whether there may be more than one space: either way it means one thing only. */
const LINE = /^([!-~]+) +((?:\/|[A-Za-z]+:\/\/|\*)[!-~]*) +HTTP\/1\.1$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
const MOST_HEAD_BYTES = 16_384;

const readRequest = (
  text: string,
  from: number,
): { readonly request: StrictRequest; readonly end: number } | Unreadable => {
  const line = readLine(text, from);
  if (typeof line === "string") return line;
  const [, method = "", target = ""] = LINE.exec(line.value) ?? [];
  if (!METHODS.includes(method) || method === "CONNECT") return "broken"; // behind CONNECT something else is spoken
  const fields = readFields(text, line.end);
  if (typeof fields === "string") return fields;
  if (fields.end - from > MOST_HEAD_BYTES) return "broken";
  if (/^transfer-encoding:.*\S *\t[ \t]*\r$/im.test(text.slice(line.end, fields.end))) return "broken"; // it may be stripped, and has fooled readers
  const body = readBody(text, fields.end, fields.value);
  // In a request that wants to upgrade Node does not tell what is wrong with its body: it waits for more, and not for ever.
  if (typeof body === "string") return valuesOf(fields.value, "upgrade").length > 0 ? "incomplete" : body;
  const options = valuesOf(fields.value, "connection").flatMap((value) => value.toLowerCase().split(/[ \t]*,[ \t]*/));
  const request = {
    method,
    target,
    headers: fields.value,
    body: Buffer.from(body.value, "latin1"),
    closes: options.includes("close"),
  };
  return { request, end: body.end };
};

/** A line without its end. A carriage return or a line feed alone ends nothing, and is never inside of one. */
const readLine = (text: string, from: number): ReadPart<string> | Unreadable => {
  const end = text.indexOf("\r\n", from);
  const value = text.slice(from, end < 0 ? text.length : end);
  if (/[\r\n]/.test(end < 0 ? value.replace(/\r$/, "") : value)) return "broken";
  return end < 0 ? "incomplete" : { value, end: end + 2 };
};

const readFields = (text: string, from: number): ReadPart<Fields> | Unreadable => {
  const fields: (readonly [string, string])[] = [];
  for (let at = from; ;) {
    const line = readLine(text, at);
    if (typeof line === "string") return line;
    at = line.end;
    if (line.value === "") return { value: fields, end: at };
    const [, name, value = ""] = FIELD.exec(line.value) ?? [];
    if (name === undefined) return "broken";
    fields.push([name, value]);
  }
};

const valuesOf = (fields: Fields, name: string): readonly string[] =>
  fields.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value);

const readBody = (text: string, from: number, fields: Fields): ReadPart<string> | Unreadable => {
  const codings = valuesOf(fields, "transfer-encoding");
  const lengths = valuesOf(fields, "content-length");
  if (codings.length + lengths.length > 1) return "broken";
  const [coding] = codings;
  if (coding !== undefined) return coding.toLowerCase() === "chunked" ? readChunks(text, from) : "broken";
  const [length = "0"] = lengths;
  if (!/^\d{1,18}$/.test(length)) return "broken";
  const end = from + Number(length);
  return end > text.length ? "incomplete" : { value: text.slice(from, end), end };
};

const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const QUOTED = String.raw`"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"`;
/** A size, and extensions (RFC 9112 7.1.1): empty ones do no harm; white space in them is refused. */
const CHUNK = new RegExp(`^(0*[0-9A-Fa-f]{1,12})(?:;(?:${TOKEN})?(?:=(?:${TOKEN}|${QUOTED})?)?)*$`);

const readChunks = (text: string, from: number): ReadPart<string> | Unreadable => {
  let value = "";
  for (let at = from; ;) {
    const line = readLine(text, at);
    if (typeof line === "string") return line;
    const size = CHUNK.exec(line.value)?.[1];
    if (size === undefined) return "broken";
    if (Number.parseInt(size, 16) === 0) {
      const trailers = readFields(text, line.end);
      if (typeof trailers === "string") return trailers;
      // RFC 9110 6.5.1: what says where a message ends cannot come behind it.
      const isFraming = trailers.value.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
      return isFraming ? "broken" : { value, end: trailers.end };
    }
    const end = line.end + Number.parseInt(size, 16);
    if (text.length < end + 2) return text.length > end && text[end] !== "\r" ? "broken" : "incomplete";
    if (!text.startsWith("\r\n", end)) return "broken";
    value += text.slice(line.end, end);
    at = end + 2;
  }
};
