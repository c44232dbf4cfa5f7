// What a run's agent is told of a tool beside its schema: the rules as they concern this run, what its grants limit, and
// arguments that it may send. By the same questions that its calls are judged by.
import { type GrantLimit, type JsonObject, type Run, isJsonObject } from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import { isPinned, restrictionsOf } from "../contract/grant/narrow-input.ts";
import { breachesOf } from "../contract/grant/restriction.ts";
import { durationText } from "../contract/rule/duration.ts";
import { describeTool } from "../contract/rule/text.ts";
import type { Told } from "../contract/rule/told.ts";
import { canonicalJson } from "../json/canonical.ts";
import { isSetFor, isWhole, permits } from "./narrow.ts";

/** Whether a list shows the run what it shows everyone: nothing is narrowed, and no grant limits how often. */
export const isShownWhole = (run: Run): boolean =>
  isWhole(run) && run.grants.every(({ limits = [] }) => limits.length === 0);

export const describeFor = (run: Run, contract: Contract): string =>
  isShownWhole(run)
    ? contract.description
    : describeTool(contract, toldTo(run, contract), limitsOf(run, contract.tool));

const toldTo = (run: Run, contract: Contract): Told => ({
  tool: (name) => permits(run, name),
  argument: (name) => !isSetFor(run, contract, name),
});

/** The outermost grant is the caller's own, whatever its runs. */
const limitsOf = (run: Run, tool: string): readonly string[] =>
  run.grants.flatMap(({ limits = [] }, index) =>
    limits
      .filter(({ tools }) => tools === undefined || tools.includes(tool))
      .map((limit) =>
        limitText(limit, index === 0 ? "in all of your runs together" : "in this run", (name) => permits(run, name)),
      ),
  );

const limitText = (
  { tools, calls, windowMs }: GrantLimit,
  where: string,
  isTold: (tool: string) => boolean,
): string => {
  const time = windowMs === undefined ? "" : ` within ${durationText(windowMs)}`;
  return `At most ${calls} ${calls === 1 ? "call" : "calls"}${togetherText(tools, isTold)} ${where}${time}.`;
};

const togetherText = (tools: readonly string[] | undefined, isTold: (tool: string) => boolean): string => {
  if (tools === undefined) return " of all tools together";
  return tools.length === 1 && tools.every(isTold) ? "" : ` of ${namesText(tools, isTold)} together`;
};

/** "refund and others" */
export const namesText = (tools: readonly string[], isTold: (tool: string) => boolean): string => {
  const named = tools.filter(isTold);
  return [...named, ...(named.length < tools.length ? ["others"] : [])].join(" and ");
};

/** As many as help: each costs the model's attention in every request. */
const MOST_EXAMPLES = 3;

/** Arguments of the contract's own examples that the run may send as well, without those that are set for it. */
export const examplesFor = ({ grants }: Run, contract: Contract): readonly JsonObject[] => {
  const good = showableExamples(contract);
  const restrictions = restrictionsOf(grants, contract.tool);
  if (restrictions === undefined || good.length === 0) return good.slice(0, MOST_EXAMPLES);
  const all = [...restrictions];
  const open = all.filter(([, one]) => !isPinned(one));
  const hidden = new Set(all.filter(([, one]) => isPinned(one)).map(([name]) => name));
  const fits = (args: JsonObject): boolean =>
    open.every(([name, one]) => {
      const value = args[name];
      return value !== undefined && one.every((restriction) => breachesOf(restriction, value).length === 0);
    });
  return good
    .filter(fits)
    .slice(0, MOST_EXAMPLES)
    .map((args) => Object.fromEntries(Object.entries(args).filter(([name]) => !hidden.has(name))));
};

const showable = new WeakMap<Contract, readonly JsonObject[]>();

/** Of calls that must pass, those whose arguments do and hold no secret. */
const showableExamples = (contract: Contract): readonly JsonObject[] => {
  const known = showable.get(contract);
  if (known !== undefined) return known;
  const found = new Map<string, JsonObject>(); // several examples may differ in what was before alone
  for (const { arguments: args, refused } of contract.examples) {
    if (refused !== undefined || !contract.arguments.check(args).ok) continue;
    const copy: unknown = JSON.parse(JSON.stringify(args));
    const text = canonicalJson(copy);
    if (isJsonObject(copy) && canonicalJson(contract.redact(copy)) === text) found.set(text, copy);
  }
  const shown = [...found.values()];
  showable.set(contract, shown);
  return shown;
};
