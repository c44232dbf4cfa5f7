// Group commit: what arrives in the same turn of the event loop shares one transaction, so that its price, the wait for the
// disk, is paid once. Nothing is answered before it is on the disk.
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "./store.ts";

export interface Group {
  perform<Done>(work: () => Done): Promise<Done>;
  /** Carries out what has arrived so far. */
  flush(): void;
  /** Of the last transaction. */
  trouble(): string | undefined;
}

interface Job {
  /** Does the work, and hands back how to answer once it is on the disk. */
  readonly run: () => () => void;
  readonly reject: (error: StoreError) => void;
}

/** `atEnd` belongs to every transaction. */
export const createGroup = (database: DatabaseSync, atEnd: () => void): Group => {
  let waiting: Job[] = [];
  let problem: string | undefined;

  const commit = (jobs: readonly Job[]): void => {
    let answers: readonly (() => void)[];
    try {
      database.exec("BEGIN");
      answers = jobs.map(({ run }) => run());
      atEnd();
      if (problem !== undefined) tryToWrite(database);
      database.exec("COMMIT");
      problem = undefined;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      return giveUp(jobs, error);
    }
    for (const answer of answers) answer();
  };
  const giveUp = (jobs: readonly Job[], error: unknown): void => {
    // One that fails must not take the others along.
    if (jobs.length > 1) return jobs.forEach((job) => commit([job]));
    problem = `the state file cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    for (const { reject } of jobs) reject(new StoreError(problem, { cause: error }));
  };
  const flush = (): void => {
    const jobs = waiting;
    waiting = [];
    if (jobs.length > 0) commit(jobs);
  };
  return {
    perform: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          run: () => {
            const done = work();
            return () => resolve(done);
          },
          reject,
        });
        // Not a microtask: each socket's data is a task of its own, and all of one round shall share the transaction.
        if (waiting.length === 1) setImmediate(flush);
      }),
    flush,
    trouble: () => problem,
  };
};

/** A transaction that only reads succeeds on a full disk as well, and says nothing about the next claim. */
const tryToWrite = (database: DatabaseSync): void => {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  database.exec(`PRAGMA user_version = ${version}`);
};
