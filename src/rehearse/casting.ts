// Which recorded run a live run follows. Only runs of the same caller are followed: their results are that caller's.
import type { ToolCall } from "../call.ts";
import type { Recorded } from "./recording.ts";
import type { Following, Script } from "./script.ts";

export interface Casting {
  /** The recorded end of this call, or what was expected in its place. */
  play(call: ToolCall, key: string): { readonly one?: Recorded; readonly expected: readonly Recorded[] };
}

/** Names that a refusal tells. */
const MOST_TOLD = 3;
/** Live runs that are remembered: the oldest begin anew. */
const MOST_LIVE = 10_000;

interface Cast {
  readonly script: Script;
  readonly following: Following;
}

/** A run that has the recorded one's own id follows that; others the first that begins with their call, those not followed yet first. */
export const createCasting = (scripts: readonly Script[]): Casting => {
  const byCaller = Map.groupBy(scripts, ({ caller }) => caller);
  const live = new Map<string, Cast>();
  const followed = new Set<Script>();
  const keep = (run: string, script: Script): Cast => {
    const cast = { script, following: script.follow() };
    const [oldest] = live.keys();
    if (live.size >= MOST_LIVE && oldest !== undefined) live.delete(oldest);
    live.set(run, cast);
    followed.add(script);
    return cast;
  };
  const choose = (own: readonly Script[], run: string, key: string): Script | undefined => {
    const fitting = own.filter(({ first }) => first === key);
    return own.find((script) => script.run === run) ?? fitting.find((script) => !followed.has(script)) ?? fitting[0];
  };
  const castOf = (call: ToolCall, key: string): Cast | undefined => {
    const known = live.get(call.run.id);
    if (known !== undefined) return known;
    const script = choose(byCaller.get(call.caller.name) ?? [], call.run.id, key);
    return script === undefined ? undefined : keep(call.run.id, script);
  };
  return {
    play: (call, key) => {
      const cast = castOf(call, key);
      if (cast === undefined) return { expected: openings(byCaller.get(call.caller.name) ?? []) };
      const one = cast.following.take(key) ?? playAnew(cast, key, (script) => keep(call.run.id, script));
      return one === undefined ? { expected: cast.following.expected(MOST_TOLD) } : { one, expected: [] };
    },
  };
};

/** A run that has come to its end and begins again: agents without runs of their own repeat theirs so. */
const playAnew = ({ script, following }: Cast, key: string, begin: (script: Script) => Cast): Recorded | undefined =>
  key === script.first && following.expected(1).length === 0 ? begin(script).following.take(key) : undefined;

const openings = (scripts: readonly Script[]): readonly Recorded[] =>
  scripts.slice(0, MOST_TOLD).flatMap((script) => script.follow().expected(1));
