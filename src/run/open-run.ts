// Opens a run for a caller, narrowed by a grant; or a part of a run, for an orchestrator that hands work on: it is the same
// caller's, has all of the outer run's restrictions and its own, and ends with it.
import { randomUUID } from "node:crypto";
import { type Grant, type JsonObject, type Run, isJsonObject } from "../call.ts";
import { type Grantable, checkGrantsTogether } from "../contract/grant/read-grant.ts";
import { isSameJson } from "../contract/grant/restriction.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import type { RunRecord, Store } from "../state/store.ts";
import type { FindCaller, KnownCaller } from "./caller.ts";
import { type GrantProblem, parseGrant, pointerOf } from "./grant.ts";
import { MOST_TOKEN_BYTES, type OpenedRun, mintToken } from "./token.ts";

export interface OpenRunParts {
  readonly store: Pick<Store, "findRun" | "saveRun">;
  readonly catalog: Grantable;
  readonly findCaller: FindCaller;
  readonly signingKey: Uint8Array;
  readonly now: () => number;
}

/** What came out of strict JSON: an operator's, and still to be read. */
export interface RunRequest {
  /** Absent for a part of a run. */
  readonly caller?: unknown;
  /** Absent: those declared beside the caller's key, or the outer run's. */
  readonly claims?: unknown;
  readonly grant?: unknown;
  /** The id of the run that it is a part of. */
  readonly parent?: unknown;
  readonly lifetimeMs?: unknown;
}

export type RunOpening =
  | {
      readonly ok: true;
      readonly run: Run;
      readonly caller: string;
      readonly token: string;
      readonly expiresAt: number;
    }
  | { readonly ok: false; readonly problems: readonly GrantProblem[] };

const DEFAULT_LIFETIME_MS = 86_400_000;
const LONGEST_LIFETIME_MS = 30 * 86_400_000;
/** Every call of a run counts on each run that it is a part of. */
const MOST_LINEAGE = 8;

/** The run above the one that is opened, and all that it hands on. */
interface Outer {
  readonly record: RunRecord;
  readonly lineage: readonly string[];
  readonly grants: readonly Grant[];
  readonly claims: JsonObject;
}

type Report = (path: string, message: string, mend: string) => void;

/** Rejects with a StoreError alone. */
export const openRun = async (parts: OpenRunParts, request: RunRequest): Promise<RunOpening> => {
  const problems: GrantProblem[] = [];
  const report: Report = (path, message, mend) => void problems.push({ path, message, mend });
  const outer = request.parent === undefined ? undefined : await findOuter(parts, request.parent, report);
  if (problems.length > 0) return { ok: false, problems };
  const name = readCallerName(request.caller, outer, report);
  const owner = name === undefined ? undefined : knownCaller(parts, name, report);
  const expiresAt = readEnd(request.lifetimeMs, parts.now(), outer, report);
  const given = request.grant === undefined ? {} : request.grant;
  const grant = parseGrant(given, parts.catalog);
  if (!grant.ok) problems.push(...grant.problems.map((one) => ({ ...one, path: `/grant${one.path}` })));
  const claims =
    outer === undefined
      ? readClaims(request.claims, owner?.claims ?? {}, report)
      : sameClaims(request.claims, outer, report);
  if (problems.length > 0 || name === undefined || owner === undefined || !grant.ok) return { ok: false, problems };
  const id = `run_${randomUUID()}`;
  const opened: OpenedRun = {
    id,
    lineage: [...(outer?.lineage ?? []), id],
    caller: name,
    claims,
    grants: [...(outer?.grants ?? []), grant.grant],
    expiresAt,
  };
  return keep(parts, { opened, owner, request, parent: outer?.record.id });
};

interface Keeping {
  readonly opened: OpenedRun;
  readonly owner: KnownCaller;
  readonly request: RunRequest;
  readonly parent: string | undefined;
}

const keep = async (parts: OpenRunParts, { opened, owner, request, parent }: Keeping): Promise<RunOpening> => {
  const { id, lineage, caller, expiresAt } = opened;
  const grants = [owner.grant, ...opened.grants];
  const problems: GrantProblem[] = [];
  checkGrantsTogether(grants, parts.catalog, (path, message, mend) =>
    problems.push({
      path: `/grant${pointerOf(path)}`,
      message: `with what holds for this run already, ${message}`,
      mend,
    }),
  );
  const token = mintToken(opened, parts.signingKey);
  if (token === undefined) problems.push(tooLarge());
  if (token === undefined || problems.length > 0) return { ok: false, problems };
  const grant = JSON.stringify({ grant: request.grant === undefined ? {} : request.grant, claims: opened.claims });
  const createdAt = parts.now();
  await parts.store.saveRun({ id, caller, parent, grant, createdAt, expiresAt, endedBy: undefined });
  return { ok: true, run: { id, lineage, grants, expiresAt }, caller, token, expiresAt };
};

const tooLarge = (): GrantProblem => ({
  path: "/grant",
  message: `grants and claims of the run and of those that it is a part of make more than ${MOST_TOKEN_BYTES} bytes`,
  mend: "restrict the caller in the contracts, where there is room, and name here only what is narrower still",
});

const readCallerName = (name: unknown, outer: Outer | undefined, report: Report): string | undefined => {
  if (outer !== undefined) {
    if (name === undefined || name === outer.record.caller) return outer.record.caller;
    return void report(
      "/caller",
      "is not the caller of the outer run",
      "leave it out: a part of a run is its caller's",
    );
  }
  if (typeof name === "string") return name;
  return void report("/caller", "there is no caller", "name a caller that the contracts declare");
};

const knownCaller = ({ findCaller }: OpenRunParts, name: string, report: Report): KnownCaller | undefined => {
  const found = findCaller(name);
  if (found !== undefined) return found;
  const mend = "declare it with defineCaller; callers with tokens of an issuer are named <name>/<subject>";
  return void report("/caller", `there is no caller ${JSON.stringify(name)}`, mend);
};

const readEnd = (lifetimeMs: unknown, now: number, outer: Outer | undefined, report: Report): number => {
  const latest = outer?.record.expiresAt ?? Number.POSITIVE_INFINITY;
  if (lifetimeMs === undefined) return Math.min(now + DEFAULT_LIFETIME_MS, latest);
  const isGood =
    Number.isSafeInteger(lifetimeMs) && Number(lifetimeMs) >= 1 && Number(lifetimeMs) <= LONGEST_LIFETIME_MS;
  if (!isGood) report("/lifetimeMs", "is not a time of 1 ms to 30 days", "write whole milliseconds, or leave it out");
  else if (now + Number(lifetimeMs) > latest)
    report("/lifetimeMs", "is later than the end of the outer run", "leave it out, or write less");
  return now + Number(lifetimeMs);
};

const readClaims = (claims: unknown, inherited: JsonObject, report: Report): JsonObject => {
  if (claims === undefined) return inherited;
  if (isJsonObject(claims)) return { ...inherited, ...claims };
  report("/claims", "is not an object", 'write { "tenant": "acme" }, or leave it out');
  return inherited;
};

/** Another claim in a part of a run could open what the outer run may not do: another tenant, for one. */
const sameClaims = (claims: unknown, outer: Outer, report: Report): JsonObject => {
  if (claims !== undefined && !isSameJson(claims, outer.claims))
    report("/claims", "are not those of the outer run", "leave them out: a part of a run has its claims");
  return outer.claims;
};

/** The outer run with those above it, outermost first. */
const findOuter = async (
  { store, catalog, now }: OpenRunParts,
  parent: unknown,
  report: Report,
): Promise<Outer | undefined> => {
  const chain: RunRecord[] = [];
  for (let id: unknown = parent; id !== undefined;) {
    const record = typeof id === "string" ? await store.findRun(id) : undefined;
    if (record === undefined || record.endedBy !== undefined || record.expiresAt <= now())
      return void report("/parent", "there is no such run, or it has ended", "open the run anew");
    chain.unshift(record);
    if (chain.length >= MOST_LINEAGE)
      return void report("/parent", `it is ${MOST_LINEAGE} runs deep already`, "open a part of a run further out");
    id = record.parent;
  }
  const openings = chain.map(readOpening);
  const grants = openings.map(({ grant }) => parseGrant(grant, catalog));
  if (grants.some(({ ok }) => !ok))
    return void report("/parent", "its grant speaks of what the contracts have no longer", "open the run anew");
  const record = chain.at(-1);
  if (record === undefined) return undefined;
  return {
    record,
    lineage: chain.map(({ id }) => id),
    grants: grants.flatMap((grant) => (grant.ok ? [grant.grant] : [])),
    claims: openings.at(-1)?.claims ?? {},
  };
};

/** What the operator gave for a run: its grant, and the claims that hold in it. */
export const readOpening = ({
  grant: text,
}: RunRecord): { readonly grant: JsonObject; readonly claims: JsonObject } => {
  const parsed = parseStrictJson(Buffer.from(text), { maxDepth: 512, unsafeNumbers: "refuse" });
  const kept = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
  const { grant, claims } = kept;
  return { grant: isJsonObject(grant) ? grant : {}, claims: isJsonObject(claims) ? claims : {} };
};
