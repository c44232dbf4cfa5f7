// A grant as an operator gives it on the admin port: JSON, read strictly, with every problem at its JSON Pointer.
import type { Grant } from "../call.ts";
import { type Grantable, readGrant } from "../contract/grant/read-grant.ts";
import { escapePointer } from "../json/pointer.ts";

export interface GrantProblem {
  /** JSON Pointer. */
  readonly path: string;
  readonly message: string;
  readonly mend: string;
}

export type ParsedGrant =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly problems: readonly GrantProblem[] };

export const pointerOf = (path: readonly string[]): string => path.map((name) => `/${escapePointer(name)}`).join("");

/** `value` came out of strict JSON. */
export const parseGrant = (value: unknown, catalog: Grantable): ParsedGrant => {
  const problems: GrantProblem[] = [];
  const grant = readGrant(value, catalog, (path, message, mend) =>
    problems.push({ path: pointerOf(path), message, mend }),
  );
  return problems.length > 0 ? { ok: false, problems } : { ok: true, grant };
};
