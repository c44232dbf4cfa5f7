// Runs all cases of a folder of contracts through a system: first each valid call as it stands, then its faults.
import { type Trace, runAgent } from "./agent.ts";
import type { Fault, PastCall, Subject } from "./fault.ts";
import { type Outcome, judgeCase } from "./outcome.ts";
import type { Loaded, System } from "./system.ts";

export interface Case {
  readonly subject: Subject;
  readonly fault: Fault;
}

export interface Result extends Case {
  readonly outcome: Outcome;
  readonly trace: Trace;
  readonly wanted: string | undefined;
  readonly arrived: string | undefined;
}

export interface Measured {
  readonly results: readonly Result[];
  /** Valid calls that do not get through here, with what was answered. */
  readonly blocked: readonly { readonly subject: Subject; readonly answer: string }[];
  /** Cases that cannot be said here, or are no fault here. */
  readonly left: number;
}

export interface Measuring {
  readonly loaded: Loaded;
  readonly system: System;
  readonly subjects: readonly Subject[];
  readonly faultsOf: (subject: Subject) => readonly Fault[];
}

export const measure = async ({ loaded, system, subjects, faultsOf }: Measuring): Promise<Measured> => {
  const results: Result[] = [];
  const blocked: { subject: Subject; answer: string }[] = [];
  let left = 0;
  for (const subject of subjects) {
    loaded.backend.forget();
    const valid = await play(loaded, system, { subject, fault: undefined });
    const wanted = valid.arrived;
    if (!valid.trace.hasSucceeded || valid.trace.repairs > 0 || wanted === undefined) {
      blocked.push({ subject, answer: JSON.stringify(valid.trace.answers.at(0)) });
      continue;
    }
    for (const fault of faultsOf(subject)) {
      const result = isSayable(system, subject, fault)
        ? await runCase(loaded, system, { subject, fault }, wanted)
        : undefined;
      if (result === undefined) left += 1;
      else results.push(result);
    }
  }
  return { results, blocked, left };
};

/** Two calls of one form are one call: a number in a query is a text like any other. */
const isSayable = ({ formOf }: System, subject: Subject, { call, class: of }: Fault): boolean => {
  if (formOf === undefined || of === "wrong order") return true;
  const form = formOf(subject, call);
  return form !== undefined && form !== formOf(subject, subject.call);
};

const runCase = async (loaded: Loaded, system: System, one: Case, wanted: string): Promise<Result | undefined> => {
  const { trace, arrived } = await play(loaded, system, one);
  const outcome = judgeCase({ fault: one.fault, trace, arrived, wanted });
  // The sidecar's rules decide whether a call needs what was left out: where they do not ask for it, nothing is wrong.
  const isNeedless =
    outcome === "let through" && system.hasRules && one.fault.class === "wrong order" && arrived === wanted;
  return outcome === undefined || isNeedless ? undefined : { ...one, outcome, trace, wanted, arrived };
};

interface Played {
  readonly trace: Trace;
  /** What the agent's last call made the backend receive. */
  readonly arrived: string | undefined;
}

/** In a run of its own. */
const play = async (
  loaded: Loaded,
  system: System,
  { subject, fault }: { readonly subject: Subject; readonly fault: Fault | undefined },
): Promise<Played> => {
  const door = await system.open(subject);
  const past = system.hasRules ? subject.past : [];
  for (const [index, one] of past.entries()) {
    if (index === fault?.without) continue;
    loaded.backend.teach({ status: statusOf(loaded, one), result: one.result });
    const answer = await door({ tool: one.tool, arguments: one.arguments });
    loaded.backend.teach();
    if (answer !== undefined && fault?.without === undefined)
      throw new Error(`${subject.set} ${subject.name}: a past that cannot be: ${JSON.stringify(answer)}`);
  }
  loaded.backend.take();
  const trace = await runAgent(door, fault?.call ?? subject.call);
  return { trace, arrived: loaded.backend.take().at(-1) };
};

/** The first status for which the contract takes the result. */
const statusOf = ({ catalog }: Loaded, { tool, result }: PastCall): number => {
  const output = catalog.find(tool)?.output;
  const takes = (status: number): boolean =>
    output?.answer(status).some(({ kind, project }) => kind === "json" && project?.(result) !== undefined) === true;
  return [200, 201, 202, 203, 206].find(takes) ?? 200;
};
