// Looks at files now and then and tells when they have changed and rest again. By their dates and sizes and not by the
// system's notices: those miss what a network file system, a mount in a container or a link that leads somewhere else has
// changed. A look takes a twentieth of the time at most.
import { stat } from "node:fs/promises";

export interface WatchParts {
  /** What to look at now. */
  readonly files: () => readonly string[] | Promise<readonly string[]>;
  readonly onChange: () => Promise<unknown>;
  /** Otherwise it is told with each look, although nothing has changed: what was wrong may be good by now. Default: it is. */
  readonly isDone?: () => boolean;
  readonly everyMs?: number;
}

export interface Watch {
  /** Why the last look saw nothing; undefined when it did. */
  trouble(): string | undefined;
  close(): void;
}

const EVERY_MS = 1000;
/** Files that never rest are taken as they are. */
const MOST_RESTLESS_MS = 5000;
const IDLE_FACTOR = 20;
const AT_ONCE = 64;

/** The first look counts as a change. */
export const createWatch = ({ files, onChange, isDone = () => true, everyMs = EVERY_MS }: WatchParts): Watch => {
  let told: string | undefined;
  let restless: { readonly state: string; readonly since: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let trouble: string | undefined;

  const look = async (): Promise<void> => {
    const begun = performance.now();
    const state = await stateOf(await files());
    if (state === told && isDone()) restless = undefined;
    else if (state === told || restless?.state === state || begun - (restless?.since ?? begun) > MOST_RESTLESS_MS) {
      told = state;
      restless = undefined;
      await onChange();
    } else restless = { state, since: restless?.since ?? begun };
  };

  /** A folder that goes while it is listed is looked at again, as everything else. */
  const lookOnce = async (): Promise<void> => {
    const begun = performance.now();
    try {
      await look();
      trouble = undefined;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    } finally {
      schedule(Math.max(everyMs, (performance.now() - begun) * IDLE_FACTOR));
    }
  };

  const schedule = (milliseconds: number): void => {
    if (!isClosed) timer = setTimeout(() => void lookOnce(), milliseconds).unref();
  };

  schedule(everyMs);
  return {
    trouble: () => trouble,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};

const stateOf = async (files: readonly string[]): Promise<string> => {
  const paths = [...new Set(files)].sort();
  const states: string[] = [];
  for (let index = 0; index < paths.length; index += AT_ONCE)
    states.push(...(await Promise.all(paths.slice(index, index + AT_ONCE).map(lookAt))));
  return states.join("\n");
};

/** The date of a file's text can be set to what it was; that of its last change of any kind cannot. */
const lookAt = async (path: string): Promise<string> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? `${path} -` : `${path} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
};
