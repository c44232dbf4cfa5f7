// F10: the backend compresses what nobody asked it to, a bomb among it.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { SocketScript } from "../support/socket-backend.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { residentMbOf } from "./usage.ts";

const stage = onStage();
const outcome = [502, "invalid_output", "yes"] as const;

/** 64 MiB of blanks: inflated eight times at once they would be seen. */
const bomb = gzipSync(Buffer.concat([Buffer.alloc(67_108_864, " "), Buffer.from('{"ok":true}')]));
const compressed =
  (encoding: string): SocketScript =>
  (socket) =>
    void socket.write(
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${bomb.length}\r\n\r\n`,
        ),
        bomb,
      ]),
    );

describe("F10 an answer that is compressed although identity was asked for", () => {
  it.each(["gzip", "gzip, gzip", "br", "deflate"])("%s is inflated by nobody", async (encoding) => {
    const before = residentMbOf(stage().sidecar.process.pid ?? 0);
    await expectThrough(stage(), {
      script: compressed(encoding),
      isWhole: true,
      read: outcome,
      write: outcome,
      sent: 1,
    });
    expect(residentMbOf(stage().sidecar.process.pid ?? 0) - before).toBeLessThan(40);
  });
});
