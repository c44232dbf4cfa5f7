// F11: answers that are no proper HTTP, more than one answer, and interim ones.
import { describe, expect, it } from "vitest";
import { type SocketScript, httpAnswer } from "../support/socket-backend.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { HEAD } from "./scripts.ts";

const stage = onStage();
const broken = [502, "upstream_outcome_unknown", "yes"] as const;
const result = [200, "", "yes"] as const;
const OK = httpAnswer(200, '{"ok":true}');
const writes =
  (text: string): SocketScript =>
  (socket) =>
    void socket.write(text);
/** Enough for the limit of 16 KB. More of them cost the parser of undici 10 µs each, whatever we do; ten thousand: test/backend/fault.test.ts. */
const manyFields = Array.from({ length: 2000 }, (_, index) => `x-field-${index}: 1\r\n`).join("");

describe("F11 HTTP that is none, and more of it than was asked for", () => {
  it.each([
    ["100 Continue that nobody waits for", writes(`HTTP/1.1 100 Continue\r\n\r\n${OK}`)],
    [
      "101 Switching Protocols",
      writes("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    ],
    ["two thousand fields", writes(`${HEAD}${manyFields}content-length: 11\r\n\r\n{"ok":true}`)],
    ["a field of 1 MB", writes(`${HEAD}x: ${"a".repeat(1_000_000)}\r\ncontent-length: 11\r\n\r\n{"ok":true}`)],
    ["a NUL in a field", writes(`${HEAD}x: a\0b\r\ncontent-length: 11\r\n\r\n{"ok":true}`)],
    ["a carriage return in a field", writes(`${HEAD}x: a\rb\r\ncontent-length: 11\r\n\r\n{"ok":true}`)],
    ["two lengths", writes(`${HEAD}content-length: 11\r\ncontent-length: 2\r\n\r\n{"ok":true}`)],
    ["HTTP/0.9", ((socket) => void socket.end('{"ok":true}')) satisfies SocketScript],
  ])("%s is no result", async (_what, script) => {
    await expectThrough(stage(), { script, read: broken, write: broken, sent: 1 });
  });

  it("103 Early Hints are passed over", async () => {
    const script = writes(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${OK}`);
    await expectThrough(stage(), { script, isWhole: true, read: result, write: result, sent: 1 });
  });

  it.each([
    ["a second answer", httpAnswer(200, '{"ok":false}')],
    ["surplus bytes", "surplus"],
  ])("%s on a connection never reaches the next call", async (_what, surplus) => {
    const script = writes(OK + surplus);
    const told = await expectThrough(stage(), { script, read: result, write: result, sent: 1 });
    for (const { text } of told) expect(text).toContain("true");
    for (const { text } of told) expect(text).not.toContain('"ok":false');
  });
});
