// What may be told of in a description: a run's agent hears of no tool that it cannot call, and of no argument that is set for it.

export interface Told {
  readonly tool: (name: string) => boolean;
  readonly argument: (name: string) => boolean;
}

export const TOLD_ALL: Told = Object.freeze({ tool: () => true, argument: () => true });

/** Of a rule that no call of the run can satisfy. */
export const HELPLESS = "Needs an earlier call that cannot be made in this run.";
