// Whether a journal can be written right now: told to the operator when it changes.

export interface Trouble {
  /** Why nothing can be written; undefined while it can. */
  readonly reason: string | undefined;
  begin(reason: string): void;
  end(): void;
}

/** Trouble is an error in the log unless it says that it is less. */
export type TellTrouble = (message: string, level?: "warn" | "info") => void;

/** `onBegin`: each time that something fails. */
export const createTrouble = (tell: TellTrouble, onBegin: () => void): Trouble => {
  let reason: string | undefined;
  return {
    get reason() {
      return reason;
    },
    begin: (why) => {
      if (reason === undefined) tell(`the journal cannot be written: ${why}`);
      reason = why;
      onBegin();
    },
    end: () => {
      if (reason !== undefined) tell("the journal is written again", "info");
      reason = undefined;
    },
  };
};
