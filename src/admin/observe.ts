// Observe mode, for the operator: which tools are observed, and what of their calls would have been refused.
import type { ObservedCounts } from "../observe.ts";
import { type Route, answerWith } from "./answer.ts";

export interface ObserveParts {
  readonly observing: Pick<ObservedCounts, "counts"> & {
    /** Tools that are observed now. */
    tools(): readonly string[];
  };
}

export const createObserveRoutes = ({ observing }: ObserveParts): readonly Route[] => [
  {
    method: "GET",
    path: "/observe",
    answer: async () => answerWith({ tools: observing.tools(), counts: observing.counts() }),
  },
];
