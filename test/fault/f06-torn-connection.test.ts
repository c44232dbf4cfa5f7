// F06: the connection ends before, within and behind the head of the answer.
import { describe, it } from "vitest";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { HEAD, ends, resets, writeThen } from "./scripts.ts";

const stage = onStage();
const unknown = [502, "upstream_outcome_unknown", "unknown"] as const;
const begun = [502, "upstream_outcome_unknown", "yes"] as const;

describe("F06 a connection that is torn", () => {
  it.each([
    ["reset before the head", resets, unknown, 2],
    ["half-closed without an answer", ends, unknown, 2],
    ["reset within the head", writeThen("HTTP/1.1 200 OK\r\ncontent-", resets), begun, 1],
    ["reset behind the head", writeThen(`${HEAD}content-length: 10\r\n\r\n`, resets), begun, 1],
    ["ended in the body", writeThen(`${HEAD}content-length: 10\r\n\r\n{"ok"`, ends), begun, 1],
    ["ended in a chunk", writeThen(`${HEAD}transfer-encoding: chunked\r\n\r\n20\r\n{"ok"`, ends), begun, 1],
  ] as const)(
    "%s: a read is sent again only where no byte came, a write never",
    async (_what, script, outcome, sent) => {
      await expectThrough(stage(), { script, read: outcome, write: outcome, sent });
    },
  );
});
