// A fix in a few words, for people and models: `/amount → 1250`, `rename /nmae to /name`.
import type { PatchOperation } from "../refusal.ts";
import { cut } from "./json-scalar.ts";
import { namePlace, parentOf } from "./pointer.ts";

/** Longer places and values are cut: the patch itself stands beside the words. */
const MOST_PART = 80;

export const describePatch = (patch: readonly PatchOperation[]): string => patch.map(describeOperation).join(", ");

const describeOperation = (operation: PatchOperation): string => {
  const path = shownPlace(operation.path);
  switch (operation.op) {
    case "replace":
      return `${path} → ${shownValue(operation.value)}`;
    case "add":
      return `add ${path}: ${shownValue(operation.value)}`;
    case "remove":
      return `leave out ${path}`;
    case "move": {
      const { from } = operation;
      return `${parentOf(from) === parentOf(operation.path) ? "rename" : "move"} ${shownPlace(from)} to ${path}`;
    }
  }
};

const shownPlace = (pointer: string): string => cut(namePlace(pointer), MOST_PART);

const shownValue = (value: unknown): string => cut(JSON.stringify(value) ?? "null", MOST_PART);
