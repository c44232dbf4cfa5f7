// What a pod mounts, made on this machine as the kubelet makes it.
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** A ConfigMap or Secret: its keys are links through `..data` to files that everybody in the container may read. */
export const projectFiles = (folder: string, files: Readonly<Record<string, string>>): string => {
  mkdirSync(join(folder, "..2026"), { recursive: true });
  symlinkSync("..2026", join(folder, "..data"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, "..2026", name), text, { mode: 0o644 });
    symlinkSync(`..data/${name}`, join(folder, name));
  }
  return folder;
};

/** What the kubelet does when a ConfigMap has changed: other files beside, and one link that is moved in a single step. */
export const changeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(join(folder, "..2027"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "..2027", name), text, { mode: 0o644 });
  symlinkSync("..2027", join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
};

/** A claimed volume: the pod's fsGroup may write it. */
export const claimVolume = (folder: string, group: number): string => {
  mkdirSync(folder);
  chownSync(folder, 0, group);
  chmodSync(folder, 0o2775);
  return folder;
};

/** `kubectl create configmap --from-file=<path>`, for a file or a folder of the repository. */
export const fromFile = (path: string): Readonly<Record<string, string>> => {
  const whole = join(repository, path);
  const files = path.includes(".") ? [whole] : readdirSync(whole).map((name) => join(whole, name));
  return Object.fromEntries(files.map((file) => [file.split("/").at(-1) ?? "", readFileSync(file, "utf8")]));
};
