// Backends that are open, by all that makes one: versions of the contracts share those that are the same, with their guards, and
// the last that has one closes it.
import type { Backend, McpBackend } from "./backend/backend.ts";
import type { Guard } from "./backend/guard.ts";
import type { LoadProblem } from "./contract/contract.ts";

export type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly LoadProblem[] };

/** Something that can be opened, and by what it is known to be the same. */
export interface Prepared<T> {
  readonly key: string;
  open(): Opened<T>;
}

export type SharedBackends = Map<string, SharedBackend>;

interface SharedBackend {
  /** Behind its guard. */
  readonly backend: Backend | McpBackend;
  readonly guard: Guard;
  users: number;
}

export const share = <T extends Backend>(
  { key, open }: Prepared<T>,
  shared: SharedBackends,
  createOwnGuard: () => Guard,
): Opened<SharedBackend> => {
  const known = shared.get(key);
  if (known !== undefined) {
    known.users += 1;
    return { ok: true, value: known };
  }
  const opened = open();
  if (!opened.ok) return opened;
  const guard = createOwnGuard();
  const { value } = opened;
  const entry = { backend: isMcp(value) ? guard.guardMcp(value) : guard.guard(value), guard, users: 1 };
  shared.set(key, entry);
  return { ok: true, value: entry };
};

const isMcp = (backend: Backend): backend is McpBackend => "relay" in backend;

export const release = async (key: string, shared: SharedBackends): Promise<void> => {
  const entry = shared.get(key);
  if (entry === undefined || (entry.users -= 1) > 0) return;
  shared.delete(key);
  await entry.backend.close();
};
