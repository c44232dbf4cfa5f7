// The one atomic step before a call is sent: everything that its rules count, take or ask for, in an order in which nothing is
// asked of a person that could not take place anyway.
import { type GrantLimit, type JsonObject, memberOf } from "../../call.ts";
import type { ApprovalRule, ExclusiveRule, ForbidsRule, OnceRule, Rule } from "../../contract/rule/rule.ts";
import { cut } from "../../json/json-scalar.ts";
import { type Checked, accept } from "../../refusal.ts";
import type { Operation } from "../../state/store.ts";
import { aboutOf, pathOf } from "./about.ts";
import { ask, readBoolean, readJson, viewOf } from "./ask.ts";
import { countBudget, countGrants, countLimit } from "./count.ts";
import { refuseMissing, refuseUnjudged } from "./judgement.ts";
import { digest, markKey, ruleKey } from "./keys.ts";
import type { Planning } from "./planning.ts";
import { marksOf, noMark } from "./trace.ts";

export interface Planned {
  readonly operation: Operation;
  /** Undefined for what no rule of this contract and no grant asks for. */
  readonly origin: Rule | GrantLimit | undefined;
}

/** Empty when nothing counts. */
export const planOperations = (planning: Planning): Checked<readonly Planned[]> => {
  const { runs } = planning.scope;
  const planned: Planned[] = [{ operation: { kind: "open", runs }, origin: undefined }];
  for (const step of STEPS) {
    const more = step(planning);
    if (!more.ok) return more;
    planned.push(...more.value);
  }
  return accept(planned.length === 1 ? [] : planned);
};

type Step = (planning: Planning) => Checked<readonly Planned[]>;

const rulesOf =
  (...kinds: readonly Rule["kind"][]): Step =>
  (planning) => {
    const planned: Planned[] = [];
    for (const rule of planning.contract.rules) {
      const operation = kinds.includes(rule.kind) ? operationOf(planning, rule) : accept(undefined);
      if (!operation.ok) return operation;
      if (operation.value !== undefined) planned.push({ operation: operation.value, origin: rule });
    }
    return accept(planned);
  };

const grants: Step = ({ contract, call, scope }) => accept(countGrants(contract.tool, call.run, scope));

const marks: Step = ({ contract, trace, context, scope }) => {
  if (trace === undefined) return accept([]);
  const operations = marksOf(trace, contract.tool, context.args, scope);
  return accept(operations.map((operation) => ({ operation, origin: undefined })));
};

const STEPS: readonly Step[] = [
  rulesOf("once"),
  grants,
  rulesOf("limit", "budget"),
  rulesOf("forbids"),
  marks,
  rulesOf("exclusive"),
  rulesOf("approval"),
];

/** Undefined: nothing to claim for this call. */
const operationOf = (planning: Planning, rule: Rule): Checked<Operation | undefined> => {
  if (rule.kind === "once") return takeOnce(planning, rule);
  if (rule.kind === "limit") return countLimit(planning, rule);
  if (rule.kind === "budget") return countBudget(planning, rule);
  if (rule.kind === "forbids") return findMark(planning, rule);
  if (rule.kind === "exclusive") return takeLease(planning, rule);
  return rule.kind === "approval" ? askPerson(planning, rule) : accept(undefined);
};

const takeOnce = (planning: Planning, rule: OnceRule): Checked<Operation> => {
  const { contract, context } = planning;
  const key = keyOf(planning, rule);
  if (!key.ok) return key;
  const fingerprint = digest([contract.tool, context.args]);
  const about = `${contract.tool} of ${context.caller.name}: ${showArguments(planning, context.args)}`;
  return accept({
    kind: "once",
    key: key.value,
    fingerprint,
    about: cut(about, MOST_ABOUT),
    expiresInMs: rule.windowMs,
  });
};

const MOST_ABOUT = 400;

const takeLease = (planning: Planning, rule: ExclusiveRule): Checked<Operation> => {
  const key = keyOf(planning, rule);
  return key.ok ? accept({ kind: "lease", key: key.value, leaseMs: rule.leaseMs }) : key;
};

const keyOf = ({ contract, context, onFault }: Planning, rule: OnceRule | ExclusiveRule): Checked<string> => {
  const key = ask(`the key of ${rule.kind} of ${contract.tool}`, onFault, readJson, () => rule.key(viewOf(context)));
  return key === undefined ? refuseUnjudged(contract.tool, rule) : accept(ruleKey(rule, "key", key));
};

const findMark = ({ contract, context, scope }: Planning, rule: ForbidsRule): Checked<Operation> => {
  const about = aboutOf(rule.pairs, context.args);
  if (!about.ok) return refuseMissing(contract.tool, rule, about.missing);
  return accept(noMark(markKey(scope.root, rule.tool, about.there), scope));
};

/** Bound to the piece of work, which has one caller, and to the arguments that the person agrees to; others may change. */
const askPerson = (planning: Planning, rule: ApprovalRule): Checked<Operation | undefined> => {
  const { contract, context, call, scope, onFault } = planning;
  const { when, covers = Object.keys(context.args) } = rule;
  if (when !== undefined) {
    const isWanted = ask(`approval.when of ${contract.tool}`, onFault, readBoolean, () => when(viewOf(context)));
    if (isWanted === undefined) return refuseUnjudged(contract.tool, rule);
    if (!isWanted) return accept(undefined);
  }
  const missing = covers.filter((name) => !Object.hasOwn(context.args, name)).map(pathOf);
  if (missing.length > 0) return refuseMissing(contract.tool, rule, missing);
  const covered = Object.fromEntries(covers.map((name) => [name, memberOf(context.args, name) ?? null]));
  return accept({
    kind: "approval",
    key: ruleKey(rule, "key", [scope.root, covered]),
    request: {
      tool: contract.tool,
      caller: context.caller.name,
      run: call.run.id,
      arguments: showArguments(planning, covered),
      reason: rule.because ?? rule.text,
    },
    pendingMs: rule.pendingMs,
    approvedMs: rule.approvedMs,
  });
};

/** For people: without secrets. */
const showArguments = ({ contract }: Planning, args: JsonObject): string => JSON.stringify(contract.redact(args));
