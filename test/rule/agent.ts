// One agent, over each ingress and by each proof of who it is: the same call, and what came of it in one form.
import { errorOf, legacy, modern, refusalOf, resultOf, sendMcp } from "../ingress/mcp-wire.ts";
import { type Members, memberOf, membersOf } from "../support/json.ts";
import type { AgentAnswer } from "../support/running-app.ts";
import type { Sidecar } from "./sidecar.ts";

export const INGRESSES = ["rest", "call", "modern", "session", "legacy"] as const;
/** `whole`: a caller's key. `bearer`, `url`: the token of a run. */
export const PROOFS = ["whole", "bearer", "url"] as const;

export interface Way {
  readonly ingress: (typeof INGRESSES)[number];
  readonly proof: (typeof PROOFS)[number];
}

export const WAYS: readonly Way[] = PROOFS.flatMap((proof) => INGRESSES.map((ingress) => ({ ingress, proof })));

/** What an agent learns of a call. */
export interface Seen {
  /** `ok`, or the refusal's. */
  readonly code: string;
  /** The whole refusal; empty for a result. */
  readonly refusal: Members;
  readonly result: unknown;
  readonly call: unknown;
  /** The earlier call whose result this is. */
  readonly repeats: unknown;
}

export interface Agent {
  /** Undefined for a caller as a whole. */
  readonly run: string | undefined;
  call(tool: string, given: unknown): Promise<Seen>;
  check(tool: string, given: unknown): Promise<Seen>;
  /** The same agent over another ingress. */
  over(ingress: Way["ingress"]): Promise<Agent>;
}

/** What a request brings along to say who sends it. */
export interface Proof {
  readonly prefix: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly run: string | undefined;
}

export interface RunOptions {
  readonly caller?: string;
  readonly grant?: unknown;
  readonly parent?: string;
  readonly claims?: unknown;
  readonly lifetimeMs?: number;
}

/** As long as a run may live: the clock of these tests takes long steps. */
const LIFETIME_MS = 30 * 86_400_000;

export const openRun = async (sidecar: Sidecar, proof: "bearer" | "url", options: RunOptions): Promise<Proof> => {
  const lasting = options.parent === undefined ? { lifetimeMs: LIFETIME_MS } : {};
  const opened = await sidecar.admin("POST", "/runs", { ...lasting, ...options });
  if (opened.status !== 201) throw new Error(JSON.stringify(opened.body));
  const { run, token } = opened.body;
  const own = { run: String(run), prefix: "", headers: {} };
  return proof === "url"
    ? { ...own, prefix: `/r/${String(token)}` }
    : { ...own, headers: { authorization: `Bearer ${String(token)}` } };
};

export const withKey = (key: string): Proof => ({ prefix: "", headers: { "x-api-key": key }, run: undefined });

/** A new run, or a caller without a past. */
export const openAgent = async (
  sidecar: Sidecar,
  { ingress, proof }: Way,
  options: RunOptions = {},
): Promise<Agent> => {
  if (proof === "whole") return agentOf(sidecar, ingress, withKey(sidecar.nextCaller().key));
  return agentOf(sidecar, ingress, await openRun(sidecar, proof, { caller: "c0", ...options }));
};

export const agentOf = async (sidecar: Sidecar, ingress: Way["ingress"], proof: Proof): Promise<Agent> => {
  const post = (target: string, body: unknown): Promise<AgentAnswer> =>
    sidecar.app.send({
      method: "POST",
      target: `${proof.prefix}${target}`,
      headers: [["content-type", "application/json"], ...Object.entries(proof.headers)],
      body: JSON.stringify(body),
    });
  const call =
    ingress === "rest" || ingress === "call" ? overHttp(ingress, post) : await overMcp(sidecar, ingress, proof);
  return {
    run: proof.run,
    call,
    check: async (tool, given) => seenInHttp(await post("/check", { tool, arguments: given })),
    over: (other) => agentOf(sidecar, other, proof),
  };
};

type Call = Agent["call"];

const overHttp =
  (ingress: "rest" | "call", post: (target: string, body: unknown) => Promise<AgentAnswer>): Call =>
  async (tool, given) => {
    if (ingress === "rest") return seenInHttp(await post(`/api/${tool}`, given));
    const seen = seenInHttp(await post("/call", { tool, arguments: given }));
    return seen.code === "ok" ? { ...seen, result: memberOf(seen.result, "result") } : seen;
  };

const seenInHttp = ({ code, text, headers }: AgentAnswer): Seen => {
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  const told = { call: headers["checkrein-call"], repeats: headers["checkrein-repeats"] };
  return code === undefined
    ? { code: "ok", refusal: {}, result: body, ...told }
    : { code, refusal: membersOf(body), result: undefined, ...told };
};

const overMcp = async (sidecar: Sidecar, ingress: Way["ingress"], { prefix, headers }: Proof): Promise<Call> => {
  const { port } = sidecar.app;
  const path = `${prefix}/mcp`;
  const session = ingress === "session" ? await sessionOf(port, path, headers) : {};
  const more = { path, headers: { ...headers, ...session } };
  return async (tool, given) => {
    const params = { name: tool, arguments: given };
    const post = ingress === "modern" ? modern("tools/call", params, more) : legacy("tools/call", params, more);
    const answer = await sendMcp(port, post);
    const result = resultOf(answer);
    const [told, refused] = [membersOf(result["_meta"]), refusalOf(answer)];
    const outer = membersOf(errorOf(answer)["data"]);
    const refusal = [refused, outer, answer.status === 200 ? {} : answer.message].find((one) => "code" in one) ?? {};
    const code = typeof refusal["code"] === "string" ? refusal["code"] : "ok";
    const [call, repeats] = [told["checkrein/call"], told["checkrein/repeats"]];
    return { code, refusal, result: code === "ok" ? result["structuredContent"] : undefined, call, repeats };
  };
};

const sessionOf = async (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> => {
  const initialize = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  const answer = await sendMcp(port, legacy("initialize", initialize, { path, headers }));
  const id = answer.headers.get("mcp-session-id");
  if (id === null) throw new Error(`no session: ${answer.status}`);
  return { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" };
};
