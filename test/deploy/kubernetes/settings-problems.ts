// What is wrong with how the manifests set checkrein up: variables that are no settings, values that it would not start
// with, files that nothing mounts, ports that do not fit, less time to stop than it drains.
import { readFileSync, readdirSync } from "node:fs";
import { type Settings, readSettings, variableOf } from "../../../src/settings.ts";
import { environmentOf, readStages } from "../dockerfile.ts";
import { type Container, type PodSpec, type Workload, containersOf } from "./kinds.ts";

const root = new URL("../../../", import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), "utf8");

/** What the image sets, which a container may set otherwise. */
const imageEnvironment = environmentOf(readStages(text("Dockerfile")).at(-1) ?? []);

/** Variables that contracts and callers read, and so have to be there. */
const askedBy = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => [...text(path).matchAll(/(?:env|secret)\("(\w+)"\)/g)].map(([, name = ""]) => name));
const contracts = askedBy(readdirSync(new URL("contracts/shop/", root)).map((name) => `contracts/shop/${name}`));
const callers = askedBy(["deploy/callers.ts"]);

export const isCheckrein = ({ image }: Container): boolean => image === "checkrein";

export const settingsProblems = ({ name, pod }: Workload): readonly string[] =>
  containersOf(pod)
    .filter(isCheckrein)
    .flatMap((container) => ofContainer(pod, container))
    .map((problem) => `${name}: ${problem}`);

const ofContainer = (pod: PodSpec, container: Container): readonly string[] => {
  const given = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
  const read = readSettings(withoutFiles({ ...imageEnvironment, ...given }));
  if (!read.ok) return read.problems;
  const { settings } = read;
  const asked = settings.anonymous ? contracts : [...contracts, ...callers];
  return [
    ...asked.filter((name) => !(name in given) && !(`${name}_FILE` in given)).map((name) => `${name} is not set`),
    ...Object.keys(given)
      .filter((name) => !name.startsWith("CHECKREIN_") && !asked.includes(name.replace(/_FILE$/, "")))
      .map((name) => `nothing reads ${name}`),
    ...fileProblems(pod, container, given),
    ...portProblems(settings, container),
    ...stopProblems(settings, pod, container),
  ];
};

/** A secret setting that a file holds, with some value that is good for it: the file is not here. */
const withoutFiles = (environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) =>
      name.startsWith("CHECKREIN_") && name.endsWith("_FILE")
        ? [name.slice(0, -"_FILE".length), name === `${variableOf("state")}_FILE` ? "redis://redis" : "x".repeat(32)]
        : [name, value],
    ),
  );

const fileProblems = (
  pod: PodSpec,
  { volumeMounts }: Container,
  given: Readonly<Record<string, string>>,
): readonly string[] => {
  const files = volumeMounts.flatMap(({ name, mountPath }) =>
    (pod.volumes.find((volume) => volume.name === name)?.secret?.items ?? []).map(({ path }) => `${mountPath}/${path}`),
  );
  const named = Object.entries(given).filter(([name]) => name.endsWith("_FILE"));
  return [
    ...named
      .filter(([, path]) => !files.includes(path))
      .map(([name, path]) => `${name}: no secret is mounted at ${path}`),
    ...files.filter((path) => !named.some(([, used]) => used === path)).map((path) => `nothing reads ${path}`),
  ];
};

const portProblems = (settings: Settings, container: Container): readonly string[] => {
  const wanted = { admin: settings.adminPort, ...(isLoopback(settings.host) ? {} : { data: settings.port }) };
  const got = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe].map((one) => one?.httpGet);
  return [
    ...(JSON.stringify(sorted(got)) === JSON.stringify(sorted(wanted))
      ? []
      : [`its ports are ${JSON.stringify(wanted)}`]),
    ...(isLoopback(settings.adminHost) ? ["the kubelet does not reach the admin port"] : []),
    ...(probes.every((probe) => probe !== undefined && (got[probe.port] ?? probe.port) === settings.adminPort)
      ? []
      : ["a probe is missing, or does not ask the admin port"]),
    ...(probes.map((probe) => probe?.path).join() === "/readyz,/readyz,/livez" ? [] : ["a probe asks the wrong path"]),
  ];
};

const isLoopback = (host: string): boolean => host.startsWith("127.");
const sorted = (record: Readonly<Record<string, number>>) => Object.entries(record).sort();

const stopProblems = ({ drainMs }: Settings, pod: PodSpec, { lifecycle }: Container): readonly string[] => {
  const pause = lifecycle?.preStop.sleep.seconds ?? 0;
  const [needed, given] = [pause + drainMs / 1000, pod.terminationGracePeriodSeconds];
  return given > needed + 5
    ? []
    : [`${given} s to stop are not enough for ${needed} s of pause and drain, and the journal`];
};
