// The fixes of a refusal, each judged beside the others: they are applied together and the result is judged again. What is
// still wrong at a place that a fix has touched extends that fix, or ends it; so no fix leads to a failure at its own place.
import { applyPatch, isWithin, placesOf } from "../../json/patch.ts";
import { parentOf, valueAt } from "../../json/pointer.ts";
import type { Issue, PatchOperation } from "../../refusal.ts";
import type { Evaluator } from "../evaluator.ts";
import { type Cause, proposeFix } from "./propose.ts";

/** What is wrong with a value, and what each issue is about. */
export interface Found {
  readonly issues: readonly Issue[];
  readonly causes: ReadonlyMap<Issue, Cause>;
}

interface Mending {
  readonly evaluator: Evaluator;
  /** Of a value that is not valid. */
  readonly judge: (value: unknown) => Found;
  /** A copy without secrets; the value itself where the schema has none. */
  readonly redact: (value: unknown) => unknown;
}

interface Draft {
  readonly issue: Issue;
  readonly patch: readonly PatchOperation[];
}

/** Issues looked at: whoever has more mistakes than these has no slip of the pen. */
const MOST_FIXES = 20;
/** How often fixes are extended or dropped; each time costs a judgement. */
const MOST_ROUNDS = 5;
const LAST_EXTENSION = 2;
/** All values of all fixes together, as JSON. */
const MOST_TEXT = 16_384;

/** In the order of the issues. */
export const findFixes = (mending: Mending, found: Found, root: unknown): readonly Draft[] => {
  const first = draftAll(mending, found, root);
  let { drafts } = first;
  for (let round = 0; drafts.length > 0; round += 1) {
    const patched = drafts === first.drafts ? first.patched : applyDrafts(drafts, root);
    if (round > MOST_ROUNDS || patched === undefined) return [];
    if (mending.evaluator.isValid(patched.value)) break;
    const left = mending.judge(patched.value);
    const taken = new Set<Issue>();
    const mended = drafts.flatMap((draft) =>
      improve(mending, { draft, drafts, found, left, taken, root: patched.value, round }),
    );
    if (mended.length === drafts.length && mended.every((draft, index) => draft === drafts[index])) break;
    drafts = mended;
  }
  return drafts.length > 0 && isShort(drafts) ? withoutSecrets(mending, drafts, root) : [];
};

const applyDrafts = (drafts: readonly Draft[], root: unknown): { readonly value: unknown } | undefined =>
  applyPatch(
    root,
    drafts.flatMap(({ patch }) => patch),
  );

interface Drafted {
  readonly drafts: readonly Draft[];
  readonly patched: { readonly value: unknown } | undefined;
}

/**
 * Two issues that lead to one place, and not by the same step, are a guess between two: both stay without a fix. What the agent
 * wrote itself comes before what would be filled in.
 */
const draftAll = ({ evaluator }: Mending, { issues, causes }: Found, root: unknown): Drafted => {
  const byPlace = new Map<string, Draft | undefined>();
  const drafts = new Map<Issue, Draft>();
  const isStray = (issue: Issue): boolean => causes.get(issue)?.kind === "unknown";
  const first = issues.slice(0, MOST_FIXES);
  let now = root;
  for (const issue of [...first.filter(isStray), ...first.filter((one) => !isStray(one))]) {
    const cause = causes.get(issue);
    if (!isStray(issue) && byPlace.has(issue.path)) continue; // the same value fails twice, or has come from elsewhere
    // As earlier fixes leave it: an object that two members move into is made once.
    const patch = cause && proposeFix(evaluator, issue, cause, now);
    const next = patch && applyPatch(now, patch);
    if (patch === undefined || next === undefined) {
      const lost = cause && now !== root ? proposeFix(evaluator, issue, cause, root) : undefined;
      if (lost !== undefined && isStray(issue)) byPlace.set(targetOf(lost), undefined);
      continue;
    }
    const draft = { issue, patch };
    byPlace.set(targetOf(patch), byPlace.has(targetOf(patch)) ? undefined : draft);
    drafts.set(issue, draft);
    now = next.value;
  }
  const kept = new Set(byPlace.values());
  const left = first.flatMap((issue) => drafts.get(issue) ?? []).filter((draft) => kept.has(draft));
  return { drafts: left, patched: applyDrafts(left, root) };
};

/** Where it leads to. */
const targetOf = (patch: readonly PatchOperation[]): string => patch.findLast(({ op }) => op !== "remove")?.path ?? "";

interface Improving {
  readonly draft: Draft;
  readonly drafts: readonly Draft[];
  /** What another draft of this round sees to. */
  readonly taken: Set<Issue>;
  /** At first. */
  readonly found: Found;
  /** With all fixes applied. */
  readonly left: Found;
  readonly root: unknown;
  readonly round: number;
}

/** The draft, a longer one, or none. */
const improve = ({ evaluator }: Mending, improving: Improving): readonly Draft[] => {
  const { draft, found, left, taken, root, round } = improving;
  const touched = touchedBy(draft);
  const mayExtend = round < LAST_EXTENSION;
  const more: PatchOperation[] = [];
  for (const issue of left.issues) {
    const isOwn = touches(touched, issue, found);
    if (taken.has(issue) || (!isOwn && !(mayExtend && isRevealed(improving, issue)))) continue;
    taken.add(issue);
    const cause = left.causes.get(issue);
    const patch = mayExtend && cause !== undefined ? proposeFix(evaluator, issue, cause, root) : undefined;
    if (patch !== undefined) more.push(...patch);
    // A missing member may be what another one of these becomes.
    else if (isOwn && !(mayExtend && cause?.kind === "missing")) return [];
  }
  const isStuck = more.length === 0 && left.issues.some((issue) => touches(touched, issue, found));
  if (isStuck) return [];
  return [more.length === 0 ? draft : { issue: draft.issue, patch: join(draft.patch, more) }];
};

/** A value that is written anew twice is written once. */
const join = (patch: readonly PatchOperation[], more: readonly PatchOperation[]): readonly PatchOperation[] => {
  const isOverwritten = ({ op, path }: PatchOperation): boolean =>
    op === "replace" && more.some((later) => later.op === "replace" && later.path === path);
  return [...patch.filter((operation) => !isOverwritten(operation)), ...more];
};

const touchedBy = ({ issue, patch }: Draft): readonly string[] => [issue.path, ...placesOf(patch)];

/** What is said of an object only now that its branch is known, and is not another draft's own. */
const isRevealed = ({ draft, drafts, found }: Improving, issue: Issue): boolean =>
  found.causes.get(draft.issue)?.kind === "choice" &&
  issue.path.startsWith(`${parentOf(draft.issue.path)}/`) &&
  !drafts.some((other) => other !== draft && touches(touchedBy(other), issue, found));

/** At such a place, inside of it, or around it where nothing was said before. */
const touches = (touched: readonly string[], { path, code }: Issue, { issues }: Found): boolean => {
  if (isWithin(touched, path)) return true;
  const isAround = touched.some((place) => place.startsWith(`${path}/`));
  return isAround && !issues.some((issue) => issue.path === path && issue.code === code);
};

const isShort = (drafts: readonly Draft[]): boolean =>
  JSON.stringify(drafts.map(({ patch }) => patch)).length <= MOST_TEXT;

/** Those that write or move no secret, and nothing with one inside. What stands at an open place is shown, however it came there. */
const withoutSecrets = ({ redact }: Mending, drafts: readonly Draft[], root: unknown): readonly Draft[] => {
  if (redact(root) === root) return drafts; // a schema without secrets
  const value = applyDrafts(drafts, root)?.value;
  const redacted = redact(value);
  const isShown = ({ op, path }: PatchOperation): boolean =>
    op === "remove" || JSON.stringify(valueAt(redacted, path)) === JSON.stringify(valueAt(value, path));
  return drafts.filter(({ patch }) => patch.every(isShown));
};
