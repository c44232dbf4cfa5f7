// What the comparison of two sets of contracts finds: one sentence a change, each with a direction that a gate can act on.

/**
 * `widens`: something is possible now that was not. `narrows`: something that was possible is not, or may not be. `breaks`: who follows the
 * old contract fails or is misled. `unclear`: cannot be told. `same`: a change of words alone.
 */
export type Change = "breaks" | "widens" | "unclear" | "narrows" | "same";

/** A change of one tool. */
export interface ToolFinding {
  /** `input.amount`, `rules.limit`, `output`, … */
  readonly place: string;
  readonly change: Change;
  readonly message: string;
}

export interface Finding extends ToolFinding {
  /** The tool's name; `(backend shop)` and `(caller desk)` for what no tool has alone. */
  readonly tool: string;
}

/** Old and new, of whatever is compared. */
export interface Pair<T> {
  readonly old: T;
  readonly now: T;
}

export const pairOf = <T>(old: T, now: T): Pair<T> => ({ old, now });

export const mapPair = <T, U>({ old, now }: Pair<T>, map: (one: T) => U): Pair<U> => ({ old: map(old), now: map(now) });

export const found = (change: Change, place: string, message: string): ToolFinding => ({ place, change, message });

/** More or less of something that is allowed by its size. */
export const byOrder = (place: string, { old, now }: Pair<number>, say: (number: number) => string): ToolFinding[] =>
  old === now ? [] : [found(now > old ? "widens" : "narrows", place, `${say(old)} → ${say(now)}`)];

/** Names that allow: each that came widens, each that went narrows. */
export const bySet = (place: string, { old, now }: Pair<Iterable<string>>): ToolFinding[] => {
  const [before, after] = [new Set(old), new Set(now)];
  return [
    ...[...after].filter((name) => !before.has(name)).map((name) => found("widens", place, `${name} is new`)),
    ...[...before].filter((name) => !after.has(name)).map((name) => found("narrows", place, `${name} is gone`)),
  ];
};
