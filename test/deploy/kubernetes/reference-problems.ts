// What documents say of each other and of what is made beside them: names, keys, labels and ports that have to fit.
import { existsSync, readFileSync } from "node:fs";
import {
  type Container,
  type Labels,
  type PodSpec,
  type Workload,
  containersOf,
  isSubset,
  workloadsOf,
} from "./kinds.ts";
import type { Manifest, Read } from "./manifests.ts";
import { z } from "zod";

const root = new URL("../../../", import.meta.url);

/** ConfigMaps and Secrets that the documentation has the operator make: `namespace/kind/name` and their keys. */
export type Made = ReadonlyMap<string, readonly string[]>;

export const referenceProblems = ({ documents, images }: Read, made: Made): readonly string[] => {
  const workloads = workloadsOf(documents);
  const namespaces = documents.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
  return [
    ...documents
      .filter(({ kind, metadata }) => kind !== "Namespace" && !namespaces.includes(metadata.namespace ?? "none"))
      .map(({ kind, metadata }) => `${kind} ${metadata.name}: nobody makes its namespace ${metadata.namespace}`),
    ...workloads.flatMap((workload) => [
      ...ofWorkload(workload, made),
      ...imageProblems(workload, images),
      ...serviceNameProblems(workload, documents),
    ]),
    ...documents.flatMap((document) => ofSelector(document, workloads)),
  ];
};

const ofWorkload = (workload: Workload, made: Made): readonly string[] => {
  const { name, namespace, pod, claims, selector, labels } = workload;
  const mounted = containersOf(pod).flatMap(({ volumeMounts }) => volumeMounts.map((mount) => mount.name));
  const there = [...pod.volumes.map((volume) => volume.name), ...claims];
  return [
    ...(isSubset(selector, labels) ? [] : ["its selector is not its pods'"]),
    ...mounted.filter((volume) => !there.includes(volume)).map((volume) => `there is no volume ${volume}`),
    ...there.filter((volume) => !mounted.includes(volume)).map((volume) => `nobody mounts ${volume}`),
    ...sourceProblems(pod, namespace, made),
  ].map((problem) => `${name}: ${problem}`);
};

const sourceProblems = ({ volumes }: PodSpec, namespace: string, made: Made): readonly string[] =>
  volumes.flatMap(({ configMap, secret }) => {
    if (configMap?.optional === true) return [];
    const source = configMap === undefined ? `secret/${secret?.secretName}` : `configmap/${configMap.name}`;
    if (configMap === undefined && secret === undefined) return [];
    const keys = made.get(`${namespace}/${source}`);
    if (keys === undefined) return [`no command makes ${source}`];
    return (secret?.items ?? [])
      .filter(({ key }) => !keys.includes(key))
      .map(({ key }) => `${source} has no key ${key}`);
  });

/** Our own images come from somebody's registry; their tag is the package's version. */
const imageProblems = ({ name, pod }: Workload, images: Read["images"]): readonly string[] => {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  return containersOf(pod).flatMap(({ image }) => {
    const named = images.find((one) => one.name === image);
    if (named === undefined) return image.includes(":") ? [] : [`${name}: no tag for ${image}`];
    const isOld = image.startsWith("checkrein") && named.newTag !== version;
    return isOld ? [`${name}: ${image} is not ${version}`] : [];
  });
};

const serviceNameProblems = (
  { name, namespace, serviceName }: Workload,
  documents: readonly Manifest[],
): readonly string[] => {
  if (serviceName === undefined) return [];
  const isThere = documents.some(
    ({ kind, metadata }) => kind === "Service" && metadata.name === serviceName && metadata.namespace === namespace,
  );
  return isThere ? [] : [`${name}: there is no service ${serviceName}`];
};

const service = z.object({
  selector: z.record(z.string(), z.string()),
  ports: z.array(z.object({ targetPort: z.string() })),
});
const budget = z.object({ selector: z.object({ matchLabels: z.record(z.string(), z.string()) }) });
const scaler = z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) });

const ofSelector = ({ kind, metadata, spec }: Manifest, workloads: readonly Workload[]): readonly string[] => {
  const near = workloads.filter(({ namespace }) => namespace === metadata.namespace);
  const chosen = (labels: Labels) => near.filter((one) => isSubset(labels, one.labels));
  const wrong = (problem: string) => [`${kind} ${metadata.name}: ${problem}`];
  if (kind === "Service") {
    const { selector, ports } = service.parse(spec);
    const pods = chosen(selector);
    if (pods.length !== 1) return wrong(`chooses ${pods.length} kinds of pods`);
    const open = pods.flatMap(({ pod }) =>
      containersOf(pod).flatMap((one: Container) => one.ports.map(({ name }) => name)),
    );
    return ports
      .filter(({ targetPort }) => !open.includes(targetPort))
      .flatMap(({ targetPort }) => wrong(`no port ${targetPort}`));
  }
  if (kind === "PodDisruptionBudget")
    return chosen(budget.parse(spec).selector.matchLabels).length === 1 ? [] : wrong("chooses no pods");
  if (kind !== "HorizontalPodAutoscaler") return [];
  const { scaleTargetRef: target } = scaler.parse(spec);
  const scaled = near.find((one) => one.kind === target.kind && one.name === target.name);
  if (scaled === undefined) return wrong("there is no such target");
  return containersOf(scaled.pod).every(({ resources }) => "cpu" in resources.requests)
    ? []
    : wrong("a share of no request");
};

/** `kubectl -n <namespace> create configmap|secret generic <name> --from-file=… --from-literal=…`, as a text has them. */
export const madeBy = (document: string): Made =>
  new Map(
    [
      ...document.replaceAll(/\\\n\s*/g, " ").matchAll(/kubectl -n (\S+) create (configmap|secret generic) (\S+)(.*)/g),
    ].map(([, namespace, kind, name, words = ""]) => [
      `${namespace}/${kind?.split(" ")[0]}/${name}`,
      [...words.matchAll(/--from-(file|literal)=(\S+)/g)].map(([, from, word = ""]) => keyOf(from, word)),
    ]),
  );

/** Throws for a file that is not in the repository. */
const keyOf = (from: string | undefined, word: string): string => {
  const [key = "", source] = word.split("=");
  if (from === "literal" || source !== undefined) return key;
  if (!existsSync(new URL(key, root))) throw new Error(`there is no ${key}`);
  return key.split("/").at(-1) ?? "";
};
