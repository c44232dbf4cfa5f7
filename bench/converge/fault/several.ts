// Two or three faults in one call, each of which could be mended alone. What covers others (another tool's name, everything
// in one more object, a call that is missing before) is one of them at most, so that two repairs are enough.
import { isWithin } from "../edit.ts";
import type { ArgumentFault, Fault, FaultClass, Subject } from "../fault.ts";
import type { Random } from "../random.ts";
import { isNear } from "../words.ts";

export interface Parts {
  readonly inside: readonly ArgumentFault[];
  readonly around: readonly Fault[];
}

/** Undefined where the call has not so many places. The last of them may be one that nothing mends. */
export const severalFaults = (
  subject: Subject,
  { inside, around }: Parts,
  { count, random }: { readonly count: 2 | 3; readonly random: Random },
): Fault | undefined => {
  const wantsNone = random.below(5) === 0;
  const candidates = random.shuffle(inside.filter(({ fix, touched }) => fix === "one" && touched.length > 0));
  const covers = random.shuffle([
    ...around.filter(({ fix }) => fix === "one"),
    ...inside.filter(({ fix, touched }) => fix === "one" && touched.length === 0),
  ]);
  const cover = wantsNone || random.below(3) > 0 ? undefined : covers[0];
  const beside = wantsNone ? random.pick(inside.filter(({ fix }) => fix === "none")) : undefined;
  const chosen: ArgumentFault[] = beside === undefined ? [] : [beside];
  const needed = cover === undefined ? count : count - 1;
  for (const one of candidates)
    if (chosen.length < needed && chosen.every((other) => canStandBeside(one, other))) chosen.push(one);
  if (chosen.length < needed) return undefined;
  return join(subject, chosen, cover);
};

/** No place within the other's, and no name that could be taken for the other's. */
const canStandBeside = (one: ArgumentFault, other: ArgumentFault): boolean => {
  if (isWithin(one.touched, other.touched) || isWithin(other.touched, one.touched)) return false;
  const [first, second] = [wordsOf(one), wordsOf(other)];
  return !first.some((word) => second.some((name) => isNear(word, name)));
};

const wordsOf = ({ renamed, touched }: ArgumentFault): readonly string[] =>
  renamed === undefined ? [String(touched.at(-1))] : [renamed.wrong, renamed.right];

const CLASSES: Readonly<Record<number, FaultClass>> = { 2: "two at once", 3: "three at once" };

const join = (
  { call }: Subject,
  inside: readonly ArgumentFault[],
  cover: Fault | ArgumentFault | undefined,
): Fault | undefined => {
  const all = cover === undefined ? inside : [...inside, cover];
  const name = CLASSES[all.length];
  if (name === undefined) return undefined;
  const last = inside.find(({ fix }) => fix === "none");
  // Renamed parents are gone when their members are looked for: deeper places come first.
  const ordered = [...inside].sort((left, right) => right.touched.length - left.touched.length);
  const changed = ordered.reduce((args, one) => one.apply(args), call.arguments);
  const covered = cover !== undefined && "apply" in cover ? cover.apply(changed) : changed;
  const around = cover !== undefined && "call" in cover ? cover : undefined;
  return {
    class: name,
    kind: all.map(({ class: of, kind }) => `${of}: ${kind}`).join(" + "),
    fix: last === undefined ? "one" : "none",
    ...(last?.told === undefined ? {} : { told: last.told }),
    call: { tool: around?.call.tool ?? call.tool, arguments: covered },
    ...(around?.without === undefined ? {} : { without: around.without }),
  };
};
