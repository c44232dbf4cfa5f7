// A grant as it is written, in JSON by an operator or in a caller's declaration: a closed list, so that what is misspelt or
// unknown is told and never taken for a restriction that holds.
import { type ArgumentRestriction, type Grant, type GrantLimit, isJsonObject } from "../../call.ts";
import type { BackendDeclaration, Contract } from "../contract.ts";
import { MOST_UNITS } from "../rule/decimal.ts";
import { parseDuration } from "../rule/duration.ts";
import { didYouMean } from "../../nearest.ts";
import { type GrantReport, MOST_NAMED, below, checkMembers } from "./grant-report.ts";
import { argumentNames, argumentSchema, restrictionsOf } from "./narrow-input.ts";
import { checkSatisfiable, readRestriction } from "./read-restriction.ts";

/** What a grant can speak of. */
export interface Grantable {
  readonly contracts: readonly Contract[];
  readonly backends: readonly BackendDeclaration[];
  find(tool: string): Contract | undefined;
}

export const GRANT_MEMBERS = ["tools", "arguments", "limits", "messages"] as const;

/** The grant; with at least one report it is not to be used. */
export const readGrant = (written: unknown, about: Grantable, report: GrantReport): Grant => {
  if (!isJsonObject(written)) {
    report([], "is not a grant", 'write { "tools": ["…"], "arguments": {…}, "limits": […] }');
    return {};
  }
  checkMembers(written, GRANT_MEMBERS, "a grant", report);
  const { tools, arguments: restricted, limits, messages } = written;
  const grant: Grant = {
    ...(tools === undefined ? {} : { tools: readTools(tools, about, below(report, "tools")) }),
    ...(restricted === undefined ? {} : { arguments: readArguments(restricted, about, below(report, "arguments")) }),
    ...(limits === undefined ? {} : { limits: readLimits(limits, about, below(report, "limits")) }),
    ...(messages === undefined ? {} : { messages: readMessages(messages, about, below(report, "messages")) }),
  };
  return Object.freeze(grant);
};

const namesIn = (
  written: unknown,
  whole: string,
  report: GrantReport,
  check: (name: string, report: GrantReport) => void,
): readonly string[] => {
  if (!Array.isArray(written)) {
    report([], `is not a list of ${whole}`, 'write ["…", "…"]');
    return [];
  }
  return written.flatMap((name: unknown, index) => {
    const here = below(report, String(index));
    if (typeof name === "string") check(name, here);
    else here([], "is not a name", "write a text");
    return typeof name === "string" ? [name] : [];
  });
};

const checkTool = ({ find, contracts }: Grantable, name: string, report: GrantReport): Contract | undefined => {
  const contract = find(name);
  if (contract === undefined)
    report(
      [],
      `there is no tool ${JSON.stringify(name)}`,
      didYouMean(
        name,
        contracts.map(({ tool }) => tool),
        MOST_NAMED,
      ),
    );
  return contract;
};

const readTools = (written: unknown, about: Grantable, report: GrantReport): readonly string[] =>
  namesIn(written, "tools", report, (name, here) => void checkTool(about, name, here));

const readMessages = (written: unknown, { backends }: Grantable, report: GrantReport): readonly string[] => {
  const known = backends.filter(({ kind }) => kind === "mcp").map(({ name }) => name);
  return namesIn(written, "MCP backends", report, (name, here) => {
    if (!known.includes(name))
      here([], `there is no MCP backend ${JSON.stringify(name)}`, didYouMean(name, known, MOST_NAMED));
  });
};

const readArguments = (written: unknown, about: Grantable, report: GrantReport): NonNullable<Grant["arguments"]> => {
  if (!isJsonObject(written)) {
    report([], "is not an object of tools", 'write { "create_refund": { "amount": { "maximum": 100 } } }');
    return {};
  }
  const tools = Object.entries(written).flatMap(([tool, members]) => {
    const here = below(report, tool);
    const contract = checkTool(about, tool, here);
    return contract === undefined ? [] : [[tool, readTool(contract, members, here)] as const];
  });
  return Object.fromEntries(tools);
};

const readTool = (
  contract: Contract,
  written: unknown,
  report: GrantReport,
): Readonly<Record<string, ArgumentRestriction>> => {
  if (!isJsonObject(written)) {
    report([], "is not an object of arguments", 'write { "amount": { "maximum": 100 } }');
    return {};
  }
  const read = Object.entries(written).flatMap(([name, restriction]) => {
    const here = below(report, name);
    if (argumentSchema(contract.inputSchema, name) === undefined) {
      here(
        [],
        `${contract.tool} names no argument ${JSON.stringify(name)}`,
        didYouMean(name, argumentNames(contract.inputSchema), MOST_NAMED),
      );
      return [];
    }
    const good = readRestriction(contract, name, restriction, here);
    return good === undefined ? [] : [[name, good] as const];
  });
  const restrictions = new Map(read.map(([name, restriction]) => [name, [restriction]]));
  checkSatisfiable(contract, restrictions, (name, message) => report([name], message, CONTRADICTS));
  return Object.fromEntries(read);
};

const CONTRADICTS = "allow at least one value that the tool takes, or leave the tool out of the grant";

/** Tells what all of these grants together leave no value for. */
export const checkGrantsTogether = (grants: readonly Grant[], about: Grantable, report: GrantReport): void => {
  const tools = new Set(grants.flatMap((grant) => Object.keys(grant.arguments ?? {})));
  for (const tool of tools) {
    const contract = about.find(tool);
    const restrictions = restrictionsOf(grants, tool);
    if (contract === undefined || restrictions === undefined) continue;
    checkSatisfiable(contract, restrictions, (name, message) =>
      report(["arguments", tool, name], message, CONTRADICTS),
    );
  }
};

const LIMIT_MEMBERS = ["tools", "calls", "window"] as const;

const readLimits = (written: unknown, about: Grantable, report: GrantReport): readonly GrantLimit[] => {
  if (!Array.isArray(written)) {
    report([], "is not a list of limits", 'write [{ "calls": 100, "window": "1h" }]');
    return [];
  }
  return written.flatMap((limit: unknown, index) => readLimit(limit, about, below(report, String(index))));
};

const readLimit = (written: unknown, about: Grantable, report: GrantReport): readonly GrantLimit[] => {
  if (!isJsonObject(written)) {
    report([], "is not a limit", 'write { "calls": 100, "window": "1h" }');
    return [];
  }
  checkMembers(written, LIMIT_MEMBERS, "a limit", report);
  const { tools, calls, window } = written;
  if (!Number.isSafeInteger(calls) || Number(calls) < 1 || Number(calls) > MOST_UNITS)
    report(["calls"], "is not a whole number of at least 1", "say how many calls may be made");
  const windowMs = window === undefined ? undefined : parseDuration(window);
  if (window !== undefined && windowMs === undefined)
    report(["window"], `${JSON.stringify(window)} is no span of time`, 'write it like "30s", "10m", "24h" or "7d"');
  return [
    {
      calls: Number(calls),
      ...(tools === undefined ? {} : { tools: readTools(tools, about, below(report, "tools")) }),
      ...(windowMs === undefined ? {} : { windowMs }),
    },
  ];
};
