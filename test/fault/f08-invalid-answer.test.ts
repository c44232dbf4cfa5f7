// F08: the backend answers, and what it says is not what its document says.
import { describe, it } from "vitest";
import { type SocketScript, always } from "../support/socket-backend.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { HEAD } from "./scripts.ts";

const stage = onStage();
const outcome = [502, "invalid_output", "yes"] as const;

const badText: SocketScript = (socket) =>
  void socket.write(
    Buffer.concat([Buffer.from(`${HEAD}content-length: 5\r\n\r\n`), Buffer.from([0x22, 0xff, 0xfe, 0x22, 0x20])]),
  );

describe("F08 an answer that is not what the document says", () => {
  it.each([
    ["HTML", always(200, "<html>", { "content-type": "text/html" })],
    ["truncated JSON", always(200, '{"ok":tr')],
    ["one key twice", always(200, '{"ok":true,"ok":false}')],
    ["another type", always(200, '{"ok":"yes"}')],
    ["bad UTF-8", badText],
    ["another media type", always(200, '{"ok":true}', { "content-type": "text/plain" })],
  ])("%s is no result, and the agent learns that the backend saw the call", async (_what, script) => {
    await expectThrough(stage(), { script, isWhole: true, read: outcome, write: outcome, sent: 1 });
  });
});
