// `checkrein journal key`: the pair of keys for signed checkpoints. Nothing is kept.
import { generateKeyPairSync } from "node:crypto";
import { type Output, failUsage } from "./print.ts";

/** Exit code 0, or 2 for a word that has no place here. */
export const journalKey = async (argv: readonly string[], out: Output): Promise<number> => {
  if (argv.length > 0) return failUsage(out, `checkrein journal key takes nothing: leave "${argv.join(" ")}" out`);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const own = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  const shown = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  out.write(`private: ${own}\npublic:  ${shown}\n\n`);
  out.write(
    `The private key is for the sidecar alone: set CHECKREIN_JOURNAL_KEY to it, or CHECKREIN_JOURNAL_KEY_FILE to a file that has it.\n`,
  );
  out.write(
    `Keep the public one with the checkpoints, where the sidecar cannot write: checkrein journal verify --key ${shown}\n`,
  );
  return 0;
};
