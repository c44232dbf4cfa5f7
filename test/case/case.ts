// The regression cases as they stand in cases.jsonl: a request, and what has to become of it. The meaning of every member
// is written with the data; nothing is changed on the way in.
import { readFileSync } from "node:fs";
import type { Fields } from "../support/raw-http.ts";
import type { ScriptedAnswer } from "../support/scripted-backend.ts";

export interface CaseRequest {
  readonly method: string;
  readonly path: string;
  /** Raw, as it stands on the wire. */
  readonly query?: string;
  readonly headers?: Fields;
  readonly body_text?: string;
  readonly body_base64?: string;
  /** The whole byte stream. */
  readonly raw_base64?: string;
}

export interface ExpectedUpstream {
  readonly method: string;
  /** After decoding exactly once. */
  readonly path_segments: readonly string[];
  readonly query: Fields;
  readonly headers?: Readonly<Record<string, string>>;
  readonly headers_absent?: readonly string[];
  readonly json?: unknown;
}

export interface Case {
  readonly id: string;
  readonly class: string;
  readonly transport: "any" | "rest" | "rpc" | "mcp";
  readonly note: string;
  readonly request: CaseRequest;
  readonly call?: { readonly tool: string; readonly arguments_text: string };
  readonly backend?: ScriptedAnswer;
  readonly expect: {
    readonly forwarded: boolean;
    readonly status_class: string;
    readonly code?: string;
    readonly upstream?: ExpectedUpstream;
    readonly max_ms?: number;
    readonly canary_untouched?: boolean;
  };
}

const readCases = (file: string): readonly Case[] =>
  readFileSync(new URL(file, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case); // both files are in this form

/** The catalogue. */
export const cases = readCases("../data/cases/cases.jsonl");
/** Further inputs of the same classes, and one line for every bug that was found: added to, never deleted from. */
export const ownCases = readCases("own-cases.jsonl");

/** A case of `any` or `rpc` on one of the sidecar's own paths. */
export const atPath = (one: Case, path: string): Case => ({ ...one, request: { ...one.request, path } });

/** Codes where the product's table says something else than the advice in the case, with the reason. */
export const OTHER_CODES: ReadonlyMap<string, string> = new Map([
  ["s-prototype-01", "invalid_request"], // `__proto__` is refused while reading, before there are arguments
  ["s-prototype-02", "invalid_request"],
]);

/** The code that a refusal of the case has; undefined where the case advises none. */
export const codeOf = ({ id, expect }: Case): string | undefined => OTHER_CODES.get(id) ?? expect.code;
