// The admin token where the operator gave none: made at start, kept in a file that only the sidecar's user can read, gone
// with the sidecar.
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const createAdminToken = (): string => randomBytes(24).toString("base64url");

/** Where the commands look for it, too. */
export const adminTokenFile = (directory: string, port: string): string => join(directory, `admin-token-${port}`);

/** The file's path, or why it could not be written. */
export const keepAdminToken = (
  token: string,
  directory: string,
  port: string,
): { readonly file: string } | { readonly problem: string } => {
  const file = adminTokenFile(directory, port);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    rmSync(file, { force: true }); // a file that is there keeps its mode
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: "wx" });
    return { file };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

/** A file that stays opens nothing: the next start makes another token. */
export const forgetAdminToken = (file: string): void => {
  try {
    rmSync(file, { force: true });
  } catch {
    // the sidecar is ending: this must not change how
  }
};
