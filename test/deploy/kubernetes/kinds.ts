// What the tests look at in the documents, once the published schemas have taken them.
import { z } from "zod";
import type { Manifest } from "./manifests.ts";

const labels = z.record(z.string(), z.string());

const securityContext = z.looseObject({
  runAsUser: z.int().optional(),
  runAsGroup: z.int().optional(),
  runAsNonRoot: z.boolean().optional(),
  fsGroup: z.int().optional(),
  privileged: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  seccompProfile: z.object({ type: z.string() }).optional(),
  capabilities: z
    .object({ drop: z.array(z.string()).default([]), add: z.array(z.string()).default([]) })
    .default({ drop: [], add: [] }),
});

const probe = z.looseObject({
  httpGet: z.object({ path: z.string(), port: z.union([z.string(), z.int()]) }).optional(),
});

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  restartPolicy: z.string().optional(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.int() }) }) }).optional(),
  securityContext: securityContext.prefault({}),
  volumeMounts: z
    .array(z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) }))
    .default([]),
  resources: z.object({ requests: labels, limits: labels }),
});
export type Container = z.infer<typeof container>;

const items = z.array(z.strictObject({ key: z.string(), path: z.string() })).optional();
const volume = z.strictObject({
  name: z.string(),
  configMap: z.strictObject({ name: z.string(), optional: z.boolean().default(false) }).optional(),
  secret: z.strictObject({ secretName: z.string(), items }).optional(),
  emptyDir: z.strictObject({ sizeLimit: z.string() }).optional(),
});
export type Volume = z.infer<typeof volume>;

const podSpec = z.looseObject({
  automountServiceAccountToken: z.boolean().default(true),
  enableServiceLinks: z.boolean().default(true),
  shareProcessNamespace: z.boolean().default(false),
  terminationGracePeriodSeconds: z.int().default(30),
  securityContext: securityContext.prefault({}),
  initContainers: z.array(container).default([]),
  containers: z.array(container),
  volumes: z.array(volume).default([]),
});
export type PodSpec = z.infer<typeof podSpec>;

const workload = z.looseObject({
  selector: z.object({ matchLabels: labels }),
  serviceName: z.string().optional(),
  template: z.object({ metadata: z.object({ labels }), spec: podSpec }),
  volumeClaimTemplates: z.array(z.looseObject({ metadata: z.object({ name: z.string() }) })).default([]),
});

export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly selector: Labels;
  readonly labels: Labels;
  readonly pod: PodSpec;
  /** Names of volumes that are claimed. */
  readonly claims: readonly string[];
  readonly serviceName: string | undefined;
}

export type Labels = Readonly<Record<string, string>>;

export const workloadsOf = (documents: readonly Manifest[]): readonly Workload[] =>
  documents
    .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
    .map(({ kind, metadata, spec }) => {
      const { selector, template, volumeClaimTemplates, serviceName } = workload.parse(spec);
      return {
        kind,
        name: metadata.name,
        namespace: metadata.namespace ?? "",
        selector: selector.matchLabels,
        labels: template.metadata.labels,
        pod: template.spec,
        claims: volumeClaimTemplates.map((claim) => claim.metadata.name),
        serviceName,
      };
    });

/** In the order in which they start. */
export const containersOf = ({ initContainers, containers }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
];

/** What a container runs as: its own word wins over the pod's. */
export const contextOf = (pod: PodSpec, { securityContext: own }: Container): Container["securityContext"] => ({
  ...pod.securityContext,
  ...own,
});

export const isSubset = (part: Labels, whole: Labels): boolean =>
  Object.entries(part).every(([name, value]) => whole[name] === value);
