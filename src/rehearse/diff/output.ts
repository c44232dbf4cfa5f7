// What comes back: for every status the kinds of answers, what of them is shown, and what is promised.
import type { Contract } from "../../contract/contract.ts";
import type { AnswerPlan, AnswerSchema, OutputPlan } from "../../contract/output-plan.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { readDocument } from "../../schema/contain/forms.ts";
import { fingerprint } from "../../schema/contain/fingerprint.ts";
import { type Node, nodeOf } from "../../schema/contain/node.ts";
import { canBeClosed, closeOutput } from "./close-output.ts";
import { type Pair, type ToolFinding, bySet, found, mapPair } from "./finding.ts";
import { comparePromises } from "./promises.ts";
import { type Saying, compareSchemas } from "./schemas.ts";

const SHOWN: Saying = { more: "shows", less: "hides", verbs: ["show", "hide"] };

const statusesFrom = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_status, index) => first + index);

export const compareOutputs = (pair: Pair<Contract>): readonly ToolFinding[] => {
  const outputs = mapPair(pair, ({ output }) => output);
  const isAuthored = outputs.old.isAuthored || outputs.now.isAuthored;
  return [
    ...(isAuthored ? compareAuthored(mapPair(outputs, successOf)) : compareStatuses(outputs, statusesFrom(200, 299))),
    ...compareStatuses(outputs, statusesFrom(300, 599)),
  ];
};

/** An author's output is that of every success, whatever its status. */
const successOf = ({ isAuthored, schema }: OutputPlan): AnswerSchema | undefined =>
  schema === undefined ? undefined : { schema, formats: isAuthored ? "assert" : "ignore" };

const compareAuthored = ({ old, now }: Pair<AnswerSchema | undefined>): readonly ToolFinding[] =>
  old === undefined || now === undefined
    ? [found("unclear", "output", `${now === undefined ? "no longer" : "now"} one schema for all successes`)]
    : compareJson("output", { old, now });

/** Statuses with the same answers, old and new, are compared once: `output` for successes, `errors.404` for others. */
const compareStatuses = (outputs: Pair<OutputPlan>, statuses: readonly number[]): readonly ToolFinding[] => {
  const compared = new Set<string>();
  return statuses.flatMap((status) => {
    const plans = mapPair(outputs, (output) => output.answer(status));
    const key = `${textOf(plans.old)} ${textOf(plans.now)}`;
    if (compared.has(key)) return [];
    compared.add(key);
    return compareAnswers(status < 300 ? "output" : `errors.${status}`, plans);
  });
};

const texts = new WeakMap<AnswerPlan, string>();

const textOf = (plans: readonly AnswerPlan[]): string => {
  const written = plans.map((plan) => {
    const text = texts.get(plan) ?? writePlan(plan);
    texts.set(plan, text);
    return text;
  });
  return written.join("|");
};

const writePlan = ({ kind, mediaTypes, headers, schema }: AnswerPlan): string => {
  const read = schema?.();
  const said = read === undefined ? "" : fingerprint(readDocument(read.schema, read.formats), read.schema);
  return canonicalJson([kind, mediaTypes, headers, said]);
};

const compareAnswers = (place: string, plans: Pair<readonly AnswerPlan[]>): readonly ToolFinding[] => {
  const { old, now } = plans;
  if (textOf(old) === textOf(now)) return [];
  if (now.length === 0) return [found("breaks", place, "an answer that was passed on is refused")];
  if (old.length === 0) return [found("widens", place, "an answer that was refused is passed on")];
  const types = mapPair(plans, (all) => new Map(all.map((plan) => [`${plan.kind} ${plan.mediaTypes.join()}`, plan])));
  const both = [...types.old.keys()].filter((type) => types.now.has(type));
  return [
    ...bySet(
      place,
      mapPair(types, (map) => map.keys()),
    ),
    ...bySet(
      `${place} headers`,
      mapPair(plans, (all) => all.flatMap(({ headers }) => headers)),
    ),
    ...both.flatMap((type) =>
      compareJson(
        place,
        mapPair(types, (map) => map.get(type)?.schema?.()),
      ),
    ),
  ];
};

const compareJson = (place: string, { old, now }: Pair<AnswerSchema | undefined>): readonly ToolFinding[] => {
  if (old === undefined || now === undefined) return [];
  const isClear = [old, now].every(({ schema }) => canBeClosed(schema));
  if (!isClear) return compareTexts(place, { old, now });
  const shown = compareSchemas(place, mapPair({ old, now }, shownNode), SHOWN);
  const promised = comparePromises(
    place,
    mapPair({ old, now }, ({ schema, formats }) => nodeOf(readDocument(schema, formats), schema)),
  );
  const broken = new Set(promised.filter(({ change }) => change === "breaks").map((finding) => finding.place));
  const isSaid = ({ change, place: at }: ToolFinding): boolean =>
    change === "breaks" || (change === "narrows" && broken.has(at));
  return [...promised, ...shown.filter((finding) => !isSaid(finding))];
};

/** Where it is not certain what is cut off, only the same schema shows the same. */
const compareTexts = (place: string, answers: Pair<AnswerSchema>): readonly ToolFinding[] => {
  const { old, now } = mapPair(answers, ({ schema, formats }) => fingerprint(readDocument(schema, formats), schema));
  return old === now ? [] : [found("unclear", place, "members that only some choices declare; may show more")];
};

const shownNode = ({ schema, formats }: AnswerSchema): Node => {
  const closed = closeOutput(schema);
  return nodeOf(readDocument(closed, formats), closed);
};
