// Which operations of a document are meant: by operationId, tool name or `GET /path`, with `*` for any text.
import type { DocumentOperation } from "../contract/document/operation.ts";
import { nearestNames } from "../nearest.ts";
import { operationName, toolNameOf } from "./openapi.ts";

type Chosen =
  | { readonly ok: true; readonly operations: readonly DocumentOperation[] }
  | { readonly ok: false; readonly problem: string };

const namesOf = (operation: DocumentOperation): readonly string[] => [
  operation.operationId ?? "",
  toolNameOf(operation),
  operationName(operation),
  operation.template,
];

/** Case does not count. The parts between the stars are looked for in turn: no pattern is slow. */
const fits = (pattern: string, name: string): boolean => {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  const last = rest.pop();
  const text = name.toLowerCase();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
};

/** All operations when nothing is asked for; a pattern that fits none is a mistake. */
export const chooseOperations = (operations: readonly DocumentOperation[], patterns: readonly string[]): Chosen => {
  const isMeant = (operation: DocumentOperation, pattern: string): boolean =>
    namesOf(operation).some((name) => name !== "" && fits(pattern, name));
  const empty = patterns.find((pattern) => !operations.some((operation) => isMeant(operation, pattern)));
  if (empty !== undefined) {
    const [nearest] = nearestNames(empty, operations.flatMap(namesOf));
    const hint = nearest === undefined ? 'use an operationId, or "GET /path"' : `did you mean ${nearest}?`;
    return { ok: false, problem: `no operation of the document is called ${empty}: ${hint}` };
  }
  if (patterns.length === 0) return { ok: true, operations };
  return { ok: true, operations: operations.filter((each) => patterns.some((pattern) => isMeant(each, pattern))) };
};
