// Puts faults into a valid call: of every class that it has a place for, chosen by chance. What leaves the call valid is no
// fault and is left out; so is what leaves it equal.
import { isDeepStrictEqual } from "node:util";
import { type Path, isWithin } from "./edit.ts";
import { type ArgumentFault, type Fault, type FaultClass, type Subject, faultClasses } from "./fault.ts";
import { wrongNames, wrongOrders } from "./fault/around.ts";
import { dateFaults } from "./fault/date.ts";
import { extraMembers, missingMembers, misspeltMembers } from "./fault/member.ts";
import { nestingFaults } from "./fault/nesting.ts";
import { severalFaults } from "./fault/several.ts";
import { misspeltEnums, outOfRange } from "./fault/value.ts";
import { writingFaults } from "./fault/writing.ts";
import type { Random } from "./random.ts";
import type { Place } from "./shape.ts";

/** Every fault that these arguments have a place for. */
export const argumentFaults = (subject: Subject, random: Random): readonly ArgumentFault[] => {
  const { shape, call, pins } = subject;
  const around = { shape, random, pins };
  const places = shape.placesIn(call.arguments);
  const secrets = places.filter(({ isSecret }) => isSecret).map(({ path }) => path);
  return places
    .flatMap((place) => faultsAt(place, around))
    .filter(({ apply }) => isFault(subject, apply(call.arguments)))
    .map((fault) => aroundSecrets(fault, secrets));
};

/** To mend it, a secret would have to be moved or written anew: that may be left to the agent. */
const aroundSecrets = (fault: ArgumentFault, secrets: readonly Path[]): ArgumentFault => {
  const isMoved = fault.class === "wrong nesting" || fault.class === "stringified";
  const isAround = secrets.some((path) => isWithin(path, fault.touched));
  return isMoved && isAround && fault.fix === "one" ? { ...fault, fix: "unclear" } : fault;
};

const faultsAt = (place: Place, around: Parameters<typeof misspeltMembers>[1]): readonly ArgumentFault[] => {
  const { shape, random } = around;
  return [
    ...writingFaults(place, random),
    ...misspeltMembers(place, around),
    ...extraMembers(place, around),
    ...missingMembers(place, around),
    ...misspeltEnums(place, random),
    ...outOfRange(place),
    ...dateFaults(place),
    ...nestingFaults(place, shape, random),
  ];
};

const isFault = ({ shape, call }: Subject, args: unknown): boolean =>
  !isDeepStrictEqual(args, call.arguments) && !shape.isValid(args);

const faultOf = ({ call }: Subject, { class: of, kind, fix, told, apply }: ArgumentFault): Fault => ({
  class: of,
  kind,
  fix,
  ...(told === undefined ? {} : { told }),
  call: { ...call, arguments: apply(call.arguments) },
});

export interface InjectOptions {
  readonly random: Random;
  /** At most so many of each class. */
  readonly most: number;
  readonly only?: FaultClass | undefined;
}

export const injectFaults = (subject: Subject, { random, most, only }: InjectOptions): readonly Fault[] => {
  const inside = argumentFaults(subject, random);
  const around = [...wrongNames(subject, random), ...wrongOrders(subject)];
  const single = [...inside.map((one) => faultOf(subject, one)), ...around];
  const several = ([2, 3] as const).flatMap((count) =>
    Array.from({ length: most }, () => severalFaults(subject, { inside, around }, { count, random })),
  );
  const valid = several.filter((fault) => fault !== undefined);
  const found = [
    ...single,
    ...valid.filter((fault) => fault.without !== undefined || isFault(subject, fault.call.arguments)),
  ];
  return faultClasses
    .flatMap((name) => spreadOver(random.shuffle(found.filter((fault) => fault.class === name)), most))
    .filter((fault) => only === undefined || fault.class === only); // last, so that it changes no other choice
};

/** Of each kind the first, before there is a second. */
const spreadOver = (faults: readonly Fault[], most: number): readonly Fault[] => {
  const kinds = Object.values(Object.groupBy(faults, ({ kind, fix }) => `${fix} ${kind}`));
  const rounds = Array.from({ length: most }, (_, round) => kinds.flatMap((kind) => kind?.[round] ?? []));
  return rounds.flat().slice(0, most);
};
