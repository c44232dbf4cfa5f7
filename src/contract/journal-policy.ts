// What the journal keeps of the calls of one tool.

export interface JournalPolicy {
  /** `required`: what is about to be sent is on the disk before it leaves, or is not sent. `best_effort`: nothing waits. */
  readonly policy: "required" | "best_effort";
  /** Whether results are kept, without their secrets, or a digest of them alone. */
  readonly result: "keep" | "digest";
  /** Characters of JSON up to which a result is kept; of a longer one, its digest. */
  readonly maxResult: number;
}

const MOST_RESULT = 65_536;
/** What an author may ask for: a record is one line, which every reader of the journal has in memory. */
export const LONGEST_RESULT = 1_048_576;

const FITS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["policy", (value) => value === "required" || value === "best_effort"],
  ["result", (value) => value === "keep" || value === "digest"],
  ["maxResult", (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_RESULT],
]);

/** Whether it is a part of a policy, or all of it. */
export const isPolicy = (value: object): value is Partial<JournalPolicy> =>
  Object.entries(value).every(([name, one]) => FITS.get(name)?.(one) === true);

/** Of what the contract does not say. */
export const policyOf = (
  declared: Partial<JournalPolicy> = {},
  effect: "read" | "write" | "destructive",
): JournalPolicy =>
  Object.freeze({
    policy: effect === "read" ? "best_effort" : "required",
    result: "keep",
    maxResult: MOST_RESULT,
    ...declared,
  });
