// A scripted agent: plain fetch, no library, knows nothing of checkrein but that a refusal can be read. What it tries
// stands in steps.ts; when a call is refused it mends it by what the refusal offers (repair.ts) and calls again.
import { type Json, isObject } from "./json.ts";
import { type Attempt, repair } from "./repair.ts";
import type { Request, Step } from "./steps.ts";

/** Where the agent can knock. Without a sidecar `rest` is the shop itself, and there is no `call`. */
export interface Doors {
  readonly rest: string;
  readonly call: string | undefined;
  /** The shop's own address: agents find such things out. */
  readonly shop: string;
  /** The shop's credential, if the agent has it. */
  readonly token: string | undefined;
}

/** One request and its answer. */
export interface Turn extends Attempt {
  readonly step: Step;
  /** 0 for the first request of the step. */
  readonly attempt: number;
  readonly status: number;
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  readonly answer: Json;
  /** The answer is that of an earlier call: this one was not made again. */
  readonly isRecorded: boolean;
}

type Answered = Pick<Turn, "status" | "code" | "answer" | "isRecorded">;

/** More than checkrein lets a loop have. */
const MAX_ATTEMPTS = 10;

/** Takes the steps one by one; between two turns nothing is under way. */
export async function* runAgent(doors: Doors, steps: readonly Step[]): AsyncGenerator<Turn> {
  for (const step of steps) {
    let [next, ...later]: readonly Attempt[] = [{ how: "asked", request: step.request }];
    for (let attempt = 0; attempt < MAX_ATTEMPTS && next !== undefined; attempt += 1) {
      const base = doors[next.request.door];
      if (base === undefined) break; // this door is the sidecar's own
      const turn: Turn = { step, attempt, ...next, ...(await send(base, doors.token, next.request)) };
      yield turn;
      [next, ...later] = turn.code === "ok" ? later : goOn(turn);
    }
  }
}

/** A stubborn agent sends what it cannot mend as it was, until it is told to stop. */
const goOn = ({ step, request, answer }: Turn): readonly Attempt[] => {
  const mended = repair(request, answer);
  const isToldToStop = isObject(answer) && answer["class"] === "stop";
  return mended.length === 0 && step.isStubborn === true && !isToldToStop ? [{ how: "repeated", request }] : mended;
};

const send = async (
  base: string,
  token: string | undefined,
  { method, path, body, raw }: Request,
): Promise<Answered> => {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(text === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const received = await response.text();
  const answer = received === "" ? null : (JSON.parse(received) as Json); // what JSON.parse gives is JSON
  const code = response.ok ? "ok" : codeOf(answer, response.status);
  return { status: response.status, code, answer, isRecorded: response.headers.has("checkrein-repeats") };
};

/** checkrein says `code`; the shop itself says `error`. */
const codeOf = (answer: Json, status: number): string => {
  const code = isObject(answer) ? (answer["code"] ?? answer["error"]) : undefined;
  return typeof code === "string" ? code : `status ${status}`;
};
