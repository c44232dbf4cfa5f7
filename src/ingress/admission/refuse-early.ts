// A refusal for a request that nobody has read, at the cost of little more than its parsing: three times what can be carried
// must not be eaten up by saying no. The forms are those of every other refusal; only the call's id and the seconds differ.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Refusal } from "../../refusal.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { describeRefusal } from "../describe-refusal.ts";
import { type HttpLimits, isLastRequest } from "../http-rules.ts";
import { isMcpTarget, refusalText } from "../mcp/wire.ts";
import { takeRunToken } from "../run-url.ts";
import type { Traffic } from "../traffic.ts";
import type { Turns } from "../turns.ts";
import type { Admission } from "./admission.ts";

export interface EarlyParts {
  readonly admission: Admission;
  readonly traffic: Traffic;
  readonly turns: Turns;
  readonly telemetry: Telemetry;
  readonly limits: HttpLimits;
  readonly createCallId: () => string;
}

/** Asks admission before whatever has answered the server's requests so far. */
export const admitFirst = (server: Server, parts: EarlyParts): void => {
  const { admission, traffic, turns, telemetry, limits, createCallId } = parts;
  const answers = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const overloaded = admission.refuse(() => credentialOf(request));
    if (overloaded === undefined) return answers.forEach((answer) => answer.call(server, request, response));
    turns.take(request, response, () => {
      const refused = traffic.refuse() ?? overloaded; // to wait for a sidecar that stops is of no use
      telemetry.unread(refused.refusal.code);
      const { target } = takeRunToken(request.url ?? "");
      if (refused.refusal.close === true || isLastRequest(request, target, limits)) response.shouldKeepAlive = false;
      refuseEarly(response, refused.refusal, { call: createCallId(), isMcp: isMcpTarget(target) });
    });
  });
};

/** As it stands there, and not judged; none at all is some caller's like any other. Undefined where a run URL has it. */
export const credentialOf = ({ headers, url }: IncomingMessage): string | undefined =>
  takeRunToken(url ?? "").token === undefined
    ? `${headers.authorization ?? ""} ${String(headers["x-api-key"] ?? "")}`
    : undefined;

/** A text with a hole for the call's id. */
interface Form {
  readonly before: string;
  readonly after: string;
  readonly bytes: number;
  readonly mediaType: string;
}

const HOLE = "00000000-0000-0000-0000-000000000000"; // as long as an id
const forms = new WeakMap<Refusal, { readonly problem: Form; readonly rpc: Form }>();

const cut = (text: string, mediaType: string): Form => {
  const [before = "", after = ""] = text.split(HOLE);
  return { before, after, bytes: Buffer.byteLength(text), mediaType };
};

const formsOf = (refusal: Refusal): { readonly problem: Form; readonly rpc: Form } => {
  const known = forms.get(refusal);
  if (known !== undefined) return known;
  const made = {
    problem: cut(JSON.stringify(describeRefusal(refusal, HOLE, undefined)), "application/problem+json"),
    rpc: cut(refusalText(refusal, HOLE), "application/json"),
  };
  forms.set(refusal, made);
  return made;
};

interface Asked {
  /** An id, as ids are here. */
  readonly call: string;
  readonly isMcp: boolean;
}

/** Refusals are told apart by identity: whoever asks has a few, and no new one each time. */
const refuseEarly = (response: ServerResponse, refusal: Refusal, { call, isMcp }: Asked): void => {
  const { problem, rpc } = formsOf(refusal);
  const form = isMcp ? rpc : problem;
  response.sendDate = false;
  response.writeHead(refusal.status, [
    "checkrein-call",
    call,
    "retry-after",
    String(refusal.retryAfterSeconds ?? 1),
    "content-type",
    form.mediaType,
    "content-length",
    String(form.bytes),
  ]);
  response.end(form.before + call + form.after, "latin1");
};
