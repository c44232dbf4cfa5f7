// An author's function as it can be compared: by its text.

/** A function is told from another by its text alone; what it uses beside its arguments is not in it. */
export interface FunctionText {
  /** `rules[0].where`, `succeeded`; for a check of a schema, where it stands: `input.amount`. */
  readonly place: string;
  /** Undefined: the text is that of a library, whatever the author wrote. */
  readonly text: string | undefined;
}
