// One refinement of an author (`.refine`, `.superRefine`, `.check`, `z.custom`, `z.stringFormat`), carried out on a
// value that the validator has accepted. It decides alone: one that throws, waits or changes the value denies.
import { z } from "zod";
import type { Issue } from "../../refusal.ts";
import { escapePointer } from "../../json/pointer.ts";

/** What zod keeps of a refinement; `fn` is there for a predicate, `check` for everything else. */
interface RefinementSource {
  readonly _zod: {
    readonly def: {
      readonly check?: string;
      readonly fn?: unknown;
      readonly error?: unknown;
      readonly path?: readonly PropertyKey[];
      readonly params?: unknown;
      readonly abort?: boolean | undefined;
      readonly when?: unknown;
    };
    readonly check?: unknown;
  };
}

export interface Refinement {
  readonly name: string;
  /** The message, where it does not depend on the value. */
  readonly message: string | undefined;
  readonly source: RefinementSource;
  /** The value has or is a secret: a message made from it is not shown. */
  readonly isSecret: boolean;
}

type RawIssue = z.core.$ZodRawIssue;
type Payload = { value: unknown; issues: RawIssue[] };
interface Outcome {
  readonly issues: readonly Issue[];
  readonly isAborted: boolean;
}

const nothing: Outcome = Object.freeze({ issues: [], isAborted: false });

// zod keeps a plain message as a function without parameters; one with parameters reads the value and is not called here.
const staticMessage = ({ error }: RefinementSource["_zod"]["def"]): string | undefined => {
  if (typeof error !== "function" || error.length > 0) return undefined;
  try {
    const message: unknown = error();
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined; // The author's function: when it fails on a call, that call is denied.
  }
};

const givenName = (params: unknown): string | undefined => {
  if (typeof params !== "object" || params === null || !("name" in params)) return undefined;
  return typeof params.name === "string" ? params.name : undefined;
};

export const createRefinement = (source: RefinementSource, place: string, name?: string): Refinement => {
  const { def } = source._zod;
  const message = staticMessage(def);
  return { name: givenName(def.params) ?? message ?? name ?? place, message, source, isSecret: false };
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

/** Runs the author's function and leaves its issues in the payload; false when it does not answer at once. */
const call = ({ _zod: { def, check } }: RefinementSource, payload: Payload): boolean => {
  const isPredicate = typeof def.fn === "function";
  const answer: unknown = isPredicate
    ? def.fn(payload.value)
    : typeof check === "function"
      ? check(payload)
      : undefined;
  if (isThenable(answer)) {
    // Nobody waits for it: an unhandled rejection would end the process.
    void answer.then(undefined, () => undefined);
    return false;
  }
  if (!isPredicate || answer) return true;
  payload.issues.push({
    code: "custom",
    input: payload.value,
    path: [...(def.path ?? [])],
    continue: !def.abort,
    params: undefined,
  });
  return true;
};

/** What zod says for a refinement without a message. */
const ZOD_WITHOUT_WORDS = "Invalid input";

const readIssue = (raw: RawIssue, { name, message, source, isSecret }: Refinement, at: string): Issue => {
  // `inst` leads zod to the author's own message; a refinement is a check, which is what zod puts there itself.
  const own = { ...raw, inst: raw.inst ?? (source as NonNullable<RawIssue["inst"]>) };
  const said = isSecret ? message : z.core.util.finalizeIssue(own, undefined, z.core.config()).message;
  const path = (raw.path ?? []).map((key) => `/${escapePointer(String(key))}`).join("");
  const hasWords = said !== undefined && said !== ZOD_WITHOUT_WORDS;
  return { path: at + path, code: name, message: hasWords ? said : "does not pass a check of the contract" };
};

interface RefinementPlace {
  /** JSON Pointer of the value. */
  readonly at: string;
  /** A refinement before or inside this one asked to stop. */
  readonly isAborted: boolean;
}

const mayRun = ({ _zod: { def } }: RefinementSource, payload: Payload, isAborted: boolean): boolean =>
  typeof def.when === "function" ? Boolean(def.when(payload)) : !isAborted;

export const runRefinement = (refinement: Refinement, value: unknown, { at, isAborted }: RefinementPlace): Outcome => {
  const { source, name } = refinement;
  const payload: Payload = { value, issues: [] };
  const denied = (message: string): Outcome => ({ issues: [{ path: at, code: name, message }], isAborted: true });
  try {
    if (!mayRun(source, payload, isAborted)) return nothing;
    if (!call(source, payload)) return denied("could not be checked: the check does not answer at once");
    if (!Object.is(payload.value, value)) return denied("could not be checked: the check changes the value");
    if (payload.issues.length === 0) return nothing;
    const issues = payload.issues.map((raw) => readIssue(raw, refinement, at));
    return { issues, isAborted: payload.issues.some((issue) => issue.continue !== true) };
  } catch {
    return denied("could not be checked: the check failed to run");
  }
};

/** Functions that zod makes around the author's: their texts say nothing of it. */
const OF_ZOD: ReadonlySet<string> = new Set(
  [z.superRefine(() => {})._zod.check, z.stringFormat("any", /^/)._zod.def.fn].map(String),
);

/** What decides, as text, with what it hangs on; undefined where zod keeps the author's function out of sight. */
export const textOf = ({ source: { _zod } }: Refinement): string | undefined => {
  const { def, check } = _zod;
  const texts = [def.fn ?? check, ...(def.when === undefined ? [] : [def.when])].map(String);
  return texts.some((text) => OF_ZOD.has(text)) ? undefined : texts.join("\n");
};
