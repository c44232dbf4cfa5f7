// The id of an agent's `initialize` session: self-contained, so that no sidecar has to hold the session for it to be there, and
// signed, so that only a sidecar with the same key can have begun it. It is no authentication: it is good for the endpoint, the
// caller and the run that began it, and for nobody else.
import { createHash, randomBytes } from "node:crypto";
import type { JsonObject } from "../call.ts";
import { createSignedText } from "../json/signed.ts";

/** Whose a session is. */
export interface SessionHolder {
  /** The endpoint: a backend, or undefined for all. */
  readonly scope: string | undefined;
  readonly caller: string;
  /** The run's id. */
  readonly run: string;
}

export interface SessionBegin {
  readonly holder: SessionHolder;
  /** Of the run, where it has an end: milliseconds of the Unix epoch. */
  readonly runExpiresAt: number | undefined;
  readonly revision: string;
  readonly capabilities: JsonObject;
}

export interface OpenedSession {
  readonly id: string;
  readonly caller: string;
  /** The run's id. */
  readonly run: string;
  readonly revision: string;
  readonly capabilities: JsonObject;
  readonly begunAt: number;
  readonly expiresAt: number;
}

export interface SessionTokens {
  /** Undefined when the capabilities are more than a token can carry. */
  mint(begin: SessionBegin): string | undefined;
  /** Undefined for whatever is no session of this holder, or is one no longer: nobody learns which. */
  read(text: string, holder: SessionHolder): OpenedSession | undefined;
  /** An id for a question to the session's client, which its answer proves to have been asked. */
  mintQuestion(session: string, lastsMs: number): string;
  isQuestion(text: string, session: string): boolean;
}

/** It travels in a header of every request. Bytes of JSON. */
export const MOST_CAPABILITY_BYTES = 1024;
const LONGEST = 2048;

/** No session lives longer. */
export const MOST_SESSION_MS = 30 * 24 * 3_600_000;

interface Claims extends Omit<OpenedSession, "caller" | "run"> {
  /** The holder, as a digest. */
  readonly for: string;
}

type Question = readonly [session: string, random: string, expiresAt: number];

export const createSessionTokens = (key: Uint8Array, now: () => number): SessionTokens => {
  // What a text is for is signed, too: the key signs the tokens of runs as well.
  const sessions = createSignedText(key, "session.", 512);
  const questions = createSignedText(key, "question.", 2);
  return {
    mint: ({ holder, runExpiresAt = Infinity, revision, capabilities }) => {
      if (Buffer.byteLength(JSON.stringify(capabilities)) > MOST_CAPABILITY_BYTES) return undefined;
      const begunAt = now();
      const expiresAt = Math.min(begunAt + MOST_SESSION_MS, runExpiresAt);
      const id = randomBytes(12).toString("base64url");
      const claims: Claims = { id, for: digestOf(holder), revision, begunAt, expiresAt, capabilities };
      return sessions.write(Buffer.from(JSON.stringify(claims)));
    },
    read: (text, holder) => {
      if (text.length > LONGEST) return undefined;
      const claims = sessions.read(text) as Claims | undefined; // signed: it is what `mint` wrote
      if (claims === undefined || claims.for !== digestOf(holder) || claims.expiresAt <= now()) return undefined;
      const { for: _for, ...opened } = claims;
      return { ...opened, caller: holder.caller, run: holder.run };
    },
    mintQuestion: (session, lastsMs) => {
      const question: Question = [session, randomBytes(9).toString("base64url"), now() + lastsMs];
      return questions.write(Buffer.from(JSON.stringify(question)));
    },
    isQuestion: (text, session) => {
      if (text.length > LONGEST) return false;
      const question = questions.read(text) as Question | undefined; // signed: it is what `mintQuestion` wrote
      return question !== undefined && question[0] === session && question[2] > now();
    },
  };
};

const digestOf = ({ scope, caller, run }: SessionHolder): string =>
  createHash("sha256")
    .update(JSON.stringify([scope, caller, run]))
    .digest("base64url");
