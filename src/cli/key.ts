// `checkrein key`: an API key for one caller, and its hash for the contracts. Nothing is kept: who loses the key makes another.
import { createHash, randomBytes } from "node:crypto";
import { type Output, failUsage } from "./print.ts";

/** Exit code 0, or 2 for a word that has no place here. */
export const key = async (argv: readonly string[], out: Output): Promise<number> => {
  if (argv.length > 0) return failUsage(out, `checkrein key takes nothing: leave "${argv.join(" ")}" out`);
  const made = `crk_${randomBytes(32).toString("base64url")}`;
  const hash = createHash("sha256").update(made).digest("hex");
  out.write(`key:     ${made}\nkeyHash: "sha256:${hash}"\n\n`);
  out.write(
    "The agent sends the key as `Authorization: Bearer <key>` or `x-api-key`. The hash goes into the contracts:\n",
  );
  out.write(
    `  defineCaller({ name: "<name>", keyHash: "sha256:${hash}" })\nThe key is shown this once and kept nowhere.\n`,
  );
  return 0;
};
