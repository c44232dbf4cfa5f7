// `checkrein key`: a key nobody can guess, beside the hash that the contracts take.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { key } from "../../src/cli/key.ts";
import { runCommand } from "./command.ts";

const made = async (): Promise<string> => {
  let said = "";
  expect(await key([], { write: (text) => void (said += text) })).toBe(0);
  return said;
};

describe("checkrein key", () => {
  it("prints a key of 256 bits and the hash of just this key", async () => {
    const said = await made();
    const [, text = "", hash] = /^key: {5}(crk_[\w-]{43})\nkeyHash: "(sha256:[0-9a-f]{64})"\n/.exec(said) ?? [];
    expect(Buffer.from(text.slice(4), "base64url")).toHaveLength(32);
    expect(hash).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
    expect(said).toContain(`defineCaller({ name: "<name>", keyHash: "${hash}" })`);
  });

  it("makes another one each time", async () => {
    expect(await made()).not.toBe(await made());
  });

  it("takes no words, and is found on the command line", async () => {
    expect(await runCommand(["key", "support"])).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('"support"'),
    });
    expect(await runCommand(["key", "--help"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("256") });
    expect((await runCommand(["key"])).stdout).toMatch(/^key: {5}crk_/);
  });
});
