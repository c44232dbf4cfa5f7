// What the grants of a run leave of a contract: tools, messages, arguments. Every grant is asked and each can only say no, so a
// run is narrower than its contracts however many grants it has. A run without grants costs nothing.
import { type JsonValue, type Run, isJsonObject, memberOf } from "../call.ts";
import type { Contract, McpBackendDeclaration } from "../contract/contract.ts";
import type { Allow } from "../contract/allow-declaration.ts";
import {
  type Restrictions,
  argumentSchema,
  isPinned,
  narrowArgument,
  narrowInput,
  restrictionsOf,
} from "../contract/grant/narrow-input.ts";
import { breachesOf, withPinAsConst } from "../contract/grant/restriction.ts";
import { argumentOf, escapePointer } from "../json/pointer.ts";
import { type Issue, MOST_ISSUES } from "../refusal.ts";
import { acceptedFragment } from "../schema/accepted.ts";
import { describeViolation, showValue, unknownAmong } from "../schema/message.ts";
import { secretText, unknownText } from "../schema/redact.ts";
import { isSchemaObject } from "../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../schema/schema.ts";

/** Whether the grants leave every tool and every argument as it is: those of most callers say nothing. */
export const isWhole = ({ grants }: Run): boolean =>
  grants.every(({ tools, arguments: restricted }) => tools === undefined && restricted === undefined);

/** A tool that a grant does not name does not exist for the run. */
export const permits = ({ grants }: Run, tool: string): boolean =>
  grants.every(({ tools }) => tools === undefined || tools.includes(tool));

/** A grant that lists tools and says nothing of messages lets none pass: they would be a way around the list. */
export const passesMessages = ({ grants }: Run, backend: string): boolean =>
  grants.every(({ tools, messages }) => (messages === undefined ? tools === undefined : messages.includes(backend)));

/** What passes between the run's agent and an MCP server beside tool calls. */
export const allowedIn = (run: Run, { name, allow }: McpBackendDeclaration): Allow =>
  passesMessages(run, name) ? allow : NOTHING_ALLOWED;

const NOTHING_ALLOWED: Allow = Object.freeze({
  resources: [],
  prompts: [],
  completion: false,
  logging: false,
  elicitation: false,
  sampling: false,
  roots: false,
  subscriptions: false,
});

/** Whether the argument is one that only the sidecar sets: no agent of the run is shown it, or its value. */
export const pinsArgument = ({ grants }: Run, tool: string, argument: string): boolean =>
  isPinned(restrictionsOf(grants, tool)?.get(argument));

/** Whether the contract sets it itself. */
export const isSetBy = ({ pins, claimPins }: Contract, argument: string): boolean =>
  Object.hasOwn(pins, argument) || Object.hasOwn(claimPins, argument);

/** Whether the contract or a grant of the run sets it: its agent can neither see nor change it. */
export const isSetFor = (run: Run, contract: Contract, argument: string): boolean =>
  isSetBy(contract, argument) || pinsArgument(run, contract.tool, argument);

/** The schema that agents of the run are shown; the contract's own object when nothing narrows it. */
export const narrowSchema = ({ grants }: Run, { tool, inputSchema }: Contract): SchemaObject => {
  const restrictions = restrictionsOf(grants, tool);
  return restrictions === undefined ? inputSchema : narrowInput(inputSchema, restrictions, "hide");
};

/** What the arguments break of the run's grants. Pins are in them already; what is no object is the contract's to refuse. */
export const judgeNarrowing = ({ grants }: Run, contract: Contract, args: unknown): readonly Issue[] => {
  const restrictions = restrictionsOf(grants, contract.tool);
  if (restrictions === undefined || !isJsonObject(args)) return [];
  let redacted: JsonValue | undefined;
  const shownOf = (name: string): JsonValue | undefined => {
    redacted ??= contract.redact(args);
    return isJsonObject(redacted) ? memberOf(redacted, name) : undefined;
  };
  const issues: Issue[] = [];
  for (const [name, all] of restrictions) {
    const value = memberOf(args, name);
    const own = argumentSchema(contract.inputSchema, name);
    if (own === undefined) {
      issues.push({ path: pathOf(name), code: "grant", message: GONE });
      continue;
    }
    const narrowed = (): JsonSchema => narrowArgument(own, all.flatMap(withPinAsConst));
    if (value === undefined) issues.push(missing(name, narrowed()));
    const breaches = value === undefined ? [] : all.flatMap((one) => breachesOf(one, value));
    for (const { keyword, schema } of breaches) {
      const shown = shownOf(name);
      const isHidden = shown === undefined || shown === secretText || shown === unknownText;
      const violation = { keyword, schema, value, path: "", member: undefined };
      const message = describeViolation(violation, isHidden);
      const received = isHidden ? {} : { received: showValue(shown) };
      issues.push({ path: pathOf(name), code: keyword, message, ...received, ...accepts(narrowed()) });
    }
  }
  return issues.slice(0, MOST_ISSUES);
};

/**
 * What the contract found wrong, as the run may know it: with what its grants leave of an argument, without the names that they
 * set, and with nothing about those, which the agent can neither see nor change.
 */
export const tellNarrowed = (
  { grants }: Run,
  contract: Contract,
  { args, issues }: { readonly args: unknown; readonly issues: readonly Issue[] },
): readonly Issue[] => {
  const restrictions = restrictionsOf(grants, contract.tool);
  if (restrictions === undefined) return issues;
  return issues.map((issue) => {
    const name = argumentOf(issue.path);
    const all = issue.path === "" ? undefined : restrictions.get(name);
    if (all === undefined) return hideNames(restrictions, issue);
    if (isPinned(all)) return { path: "", code: issue.code, message: SET_HERE };
    const own = issue.path === pathOf(name) ? argumentSchema(contract.inputSchema, name) : undefined;
    const narrowed = own === undefined ? undefined : narrowArgument(own, all);
    return isSchemaObject(narrowed) ? tellOf(issue, narrowed, memberOfAny(args, name)) : issue;
  });
};

const SET_HERE = "does not go together with what is set for this run: an operator has to change that";

const memberOfAny = (args: unknown, name: string): JsonValue | undefined =>
  isJsonObject(args) ? memberOf(args, name) : undefined;

/** What is hidden of the value stays so: an issue without `received` is about a secret, or about nothing. */
const tellOf = (issue: Issue, schema: SchemaObject, value: JsonValue | undefined): Issue => {
  const { accepts: _wide, ...own } = issue;
  const isHidden = issue.received === undefined;
  const message = Object.hasOwn(schema, issue.code)
    ? describeViolation({ keyword: issue.code, schema, value, path: "", member: undefined }, isHidden)
    : issue.message;
  return { ...own, message, ...accepts(schema) };
};

const hideNames = (restrictions: Restrictions, issue: Issue): Issue => {
  const names = issue.accepts?.["properties"];
  const isArgument = issue.code === "unknown" && issue.path.lastIndexOf("/") === 0;
  if (!isArgument || !Array.isArray(names)) return issue;
  const open = names.map(String).filter((name) => !isPinned(restrictions.get(name)));
  return open.length === names.length ? issue : { ...issue, ...unknownAmong(open, argumentOf(issue.path)) };
};

/** The contracts are not those any more that the run was opened with. */
const GONE = "is restricted in this run and is no argument of the tool any more: an operator has to open the run anew";

const pathOf = (name: string): string => `/${escapePointer(name)}`;

const accepts = (schema: JsonSchema): Pick<Issue, "accepts"> => {
  const fragment = acceptedFragment(schema);
  return fragment === undefined ? {} : { accepts: fragment };
};

const missing = (name: string, schema: JsonSchema): Issue => ({
  path: pathOf(name),
  code: "required",
  message: "is missing",
  ...accepts(schema),
});
