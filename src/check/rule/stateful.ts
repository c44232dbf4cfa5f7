// Whom rules tell when an author's function misbehaves.

/** A mistake of the author, or of ours: the call is denied, the operator is told. */
export type OnFault = (what: string, error: unknown) => void;
