// What may become of a stream, by its strict reading alone: which of its requests have to be forwarded, which may be, and how
// many answers can come back. Nothing here knows how the sidecar reads.
import { callKey, readRestCall } from "../case/decode-call.ts";
import { canonical, memberOf } from "../support/json.ts";
import { type RawAnswer, fieldValues } from "../support/raw-http.ts";
import type { MutatedStream } from "./mutated-stream.ts";
import { type StreamEnd, type StrictRequest, readStrictly } from "./strict-http.ts";

export interface Judged {
  /** Of the call that the request means; undefined where it means no valid one. */
  readonly key: string | undefined;
  /** It says what an original said, and nothing before it makes its place doubtful: whoever blocks it blocks a valid call. */
  readonly isDue: boolean;
  readonly closes: boolean;
}

export interface JudgedStream {
  readonly requests: readonly Judged[];
  readonly end: StreamEnd;
}

export const judgeStream = ({ bytes, originals }: MutatedStream): JudgedStream => {
  const meant = new Set(originals.flatMap((original) => readStrictly(original).requests.map(meaningOf)));
  const { requests, end } = readStrictly(bytes);
  let isCertain = true;
  const judged = requests.map((request): Judged => {
    const key = keyOf(request);
    const isDue = isCertain && key !== undefined && meant.has(meaningOf(request)) && isPlain(request);
    isCertain = isDue && fieldValues(request.headers, "upgrade").length === 0; // a refusal may end the connection
    return { key, isDue, closes: request.closes };
  });
  return { requests: judged, end };
};

const SAYS_SOMETHING =
  /^(host|content-type|content-encoding|accept|expect|origin|authorization|x-api-key|idempotency-key|x-note-tag|mcp-.*)$/;

/** All of a request that means something: what is left out may change without changing the call. */
const meaningOf = ({ method, target, headers, body }: StrictRequest): string => {
  const fields = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const telling = fields.filter(([name]) => SAYS_SOMETHING.test(name)).map((field) => field.join(": "));
  return canonical([method, target, body.toString("latin1"), telling.sort()]);
};

/** Within the limits of the cases, and without a second way to say how long the body is. */
const isPlain = ({ method, headers }: StrictRequest): boolean =>
  headers.length <= 100 && (method !== "GET" || fieldValues(headers, "transfer-encoding").length === 0);

const HOSTS = ["checkrein.test", "127.0.0.1", "localhost"];

const keyOf = (request: StrictRequest): string | undefined => {
  const hosts = fieldValues(request.headers, "host");
  if (hosts.length !== 1 || !HOSTS.includes((hosts[0] ?? "").replace(/:\d{1,5}$/, "").toLowerCase())) return undefined;
  const [path] = request.target.split("?", 1);
  if (request.method !== "POST") return readRestCall(request);
  if (path === "/call") return ownKey(request, (value) => [memberOf(value, "tool"), memberOf(value, "arguments")]);
  if (path !== "/mcp" && path !== "/mcp/orders") return readRestCall(request);
  const params = (value: unknown): unknown => memberOf(value, "params");
  return ownKey(request, (value) => [memberOf(params(value), "name"), memberOf(params(value), "arguments")]);
};

const ownKey = ({ body }: StrictRequest, read: (value: unknown) => readonly [unknown, unknown]): string | undefined => {
  try {
    return callKey(...read(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))));
  } catch {
    return undefined;
  }
};

/** Whether the backend says `ok` to a call: half of them, so that answers that change places are seen. */
export const okOf = (key: string): boolean => {
  let sum = 0;
  for (let index = 0; index < key.length; index += 1) sum = (Math.imul(sum, 31) + key.charCodeAt(index)) | 0;
  return ((sum ^ (sum >>> 7)) & 1) === 1;
};

/** What a backend said, as it came through: undefined for anything but the result of a call. */
export const resultOf = ({ status, body }: RawAnswer): boolean | undefined => {
  const text = body.toString("latin1");
  const [, value] = /\\*"ok\\*":(true|false)/.exec(status === 200 ? text : "") ?? [];
  return value === undefined || text.includes('"isError":true') ? undefined : value === "true";
};

const closesIt = ({ headers }: RawAnswer): boolean => fieldValues(headers, "connection").includes("close");

/** What is wrong with the answers; empty when nothing is. */
export const judgeAnswers = (
  { requests, end }: JudgedStream,
  { answers, rest, ended }: { readonly answers: readonly RawAnswer[]; readonly rest: Buffer; readonly ended: boolean },
): readonly string[] => {
  const problems: string[] = [];
  const last = answers.at(-1);
  if (rest.length > 0) problems.push(`bytes that are no whole answer: ${rest.toString("latin1").slice(0, 200)}`);
  if (answers.slice(0, -1).some(closesIt)) problems.push("an answer behind one that ends the connection");
  if (answers.length > requests.length + Number(end !== "clean"))
    problems.push(`${answers.length} answers to ${requests.length} requests, ${end}`);
  if (end === "broken" && !ended) problems.push("a broken stream leaves the connection open");
  if (answers.length < requests.length && (last === undefined || !closesIt(last)))
    problems.push(`${answers.length} answers to ${requests.length} requests, and the connection ended without a word`);
  for (const [index, answer] of answers.entries()) problems.push(...judgeAnswer(requests[index], answer, index));
  return problems;
};

const judgeAnswer = (request: Judged | undefined, answer: RawAnswer, index: number): readonly string[] => {
  const result = resultOf(answer);
  const told = `answer ${index + 1} (${answer.status} ${answer.body.toString("latin1").slice(0, 120)})`;
  if (request?.isDue === true && result === undefined) return [`${told} refuses a valid call: ${request.key}`];
  if (result === undefined) return answer.status === 500 ? [`${told}: an internal fault`] : [];
  if (request?.key === undefined) return [`${told} is a result for what is no call`];
  return result === okOf(request.key) ? [] : [`${told} belongs to another call than ${request.key}`];
};
