// Observe mode, for the operator: which tools are observed, and what of their calls would have been refused.
import type { Observing } from "../observe.ts";
import { type Route, answerWith } from "./answer.ts";

export interface ObserveParts {
  readonly observing: Pick<Observing, "tools" | "counts">;
}

export const createObserveRoutes = ({ observing }: ObserveParts): readonly Route[] => [
  {
    method: "GET",
    path: "/observe",
    answer: async () => answerWith({ tools: observing.tools, counts: observing.counts() }),
  },
];
