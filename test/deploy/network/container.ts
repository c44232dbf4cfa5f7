// Starts one container of a manifest without a container engine: in its pod's network namespace, with a root of its own that
// has its image and its volumes and nothing else, and with the user, groups, capabilities and variables that the manifest
// says. Weaker than a real one in that it sees the machine's processes: nothing may depend on their being hidden.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type Container, type PodSpec, contextOf } from "../kubernetes/kinds.ts";
import { spawnInside } from "./stage.ts";

export interface Image {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Path in the image → path on this machine. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Place {
  readonly netns: string;
  readonly nameServer: string;
  /** A folder for what is made here; only root can look into it. */
  readonly folder: string;
  readonly images: Readonly<Record<string, Image>>;
  /** `configmap/<name>`, `secret/<name>` and the names of claims → folders on this machine. */
  readonly volumes: Readonly<Record<string, string>>;
}

export const startContainer = (pod: PodSpec, container: Container, place: Place): ChildProcess => {
  const image = place.images[container.image];
  if (image === undefined) throw new Error(`there is no image ${container.image}`);
  const root = mkdtempSync(join(place.folder, "root-"));
  const script = [
    ...layRoot(root, place.nameServer),
    ...Object.entries(image.files).flatMap(([path, source]) => bind(root, { path, source, isReadOnly: true })),
    ...mountVolumes(root, pod, container, place.volumes),
    `cd ${root} && mkdir .old && pivot_root . .old && cd / && umount -l .old && rmdir .old`,
    ...(contextOf(pod, container).readOnlyRootFilesystem === true ? ["mount -o remount,ro /"] : []),
    `exec ${become(pod, container)} -- env -i -C ${image.folder} "$@"`,
  ].join("\n");
  const command = [
    ...(container.command ?? image.entrypoint),
    ...(container.args ?? (container.command ? [] : image.command)),
  ];
  const environment = {
    ...image.environment,
    ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
  };
  const variables = Object.entries({ PATH: "/image/bin:/usr/bin:/usr/sbin", ...environment }).map(
    ([name, value]) => `${name}=${value}`,
  );
  return spawnInside(place.netns, "unshare", "--mount", "sh", "-euc", script, "sh", ...variables, ...command);
};

/** The programs of this machine, and of its other files none. */
const layRoot = (root: string, nameServer: string): readonly string[] => [
  `mount -t tmpfs -o mode=0755 root ${root}`,
  `cd ${root} && mkdir usr proc dev etc tmp run`,
  `mount --bind /usr usr && mount -o remount,bind,ro usr`,
  `for name in bin sbin lib lib64; do [ ! -e /$name ] || ln -s usr/$name $name; done`,
  `mount --bind /proc proc`,
  `for name in null zero urandom; do touch dev/$name; mount --bind /dev/$name dev/$name; done`,
  `printf 'nameserver ${nameServer}\\noptions attempts:1 timeout:2\\n' > etc/resolv.conf`,
  `printf 'hosts: files dns\\n' > etc/nsswitch.conf`,
  `printf '127.0.0.1 localhost\\n' > etc/hosts`,
];

interface Mount {
  readonly path: string;
  readonly source: string;
  readonly isReadOnly: boolean;
}

const bind = (root: string, { path, source, isReadOnly }: Mount): readonly string[] => [
  `mkdir -p $(dirname ${root}${path})`,
  `if [ -d ${source} ]; then mkdir -p ${root}${path}; else touch ${root}${path}; fi`,
  `mount --bind ${source} ${root}${path}`,
  ...(isReadOnly ? [`mount -o remount,bind,ro ${root}${path}`] : []),
];

const mountVolumes = (
  root: string,
  pod: PodSpec,
  { volumeMounts }: Container,
  folders: Place["volumes"],
): readonly string[] =>
  volumeMounts.flatMap(({ name, mountPath, readOnly }) => {
    const { configMap, secret, emptyDir } = pod.volumes.find((volume) => volume.name === name) ?? {};
    if (emptyDir !== undefined)
      return [`mkdir -p ${root}${mountPath}`, `mount -t tmpfs -o mode=1777 empty ${root}${mountPath}`];
    const key = configMap ? `configmap/${configMap.name}` : secret ? `secret/${secret.secretName}` : name;
    const source = folders[key];
    if (source !== undefined) return bind(root, { path: mountPath, source, isReadOnly: readOnly });
    if (configMap?.optional === true) return [`mkdir -p ${root}${mountPath}`];
    throw new Error(`there is no ${key}`);
  });

/** What a container runtime makes of a security context. */
const become = (pod: PodSpec, container: Container): string => {
  const { runAsUser, runAsGroup, fsGroup, capabilities, allowPrivilegeEscalation } = contextOf(pod, container);
  if (runAsUser === undefined || runAsGroup === undefined) throw new Error(`${container.name} has no user`);
  const kept = capabilities.drop.includes("ALL")
    ? capabilities.add.map((name) => `,+${name.toLowerCase()}`)
    : undefined;
  return [
    `setpriv --pdeathsig KILL --reuid ${runAsUser} --regid ${runAsGroup}`,
    fsGroup === undefined ? "--clear-groups" : `--groups ${fsGroup}`,
    kept === undefined ? "" : `--inh-caps=-all --ambient-caps=-all --bounding-set=-all${kept.join("")}`,
    allowPrivilegeEscalation === false ? "--no-new-privs" : "",
  ].join(" ");
};
