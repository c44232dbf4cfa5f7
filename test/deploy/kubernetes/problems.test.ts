// What the manifests say of themselves, of checkrein's settings and of each other is true; and each check finds what it is
// there for, in copies that are broken on purpose.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { clusterOf } from "./clusters.ts";
import { workloadsOf } from "./kinds.ts";
import { type Manifest, type Read, type Shape, readShape, shapes } from "./manifests.ts";
import { podProblems } from "./pod-problems.ts";
import { flowsOf, idlePolicies, sayFlow } from "./reach.ts";
import { madeBy, referenceProblems } from "./reference-problems.ts";
import { settingsProblems } from "./settings-problems.ts";

const made = madeBy(readFileSync(new URL("../../../docs/OPERATING.md", import.meta.url), "utf8"));

const problemsOf = (read: Read, shape: Shape): readonly string[] => [
  ...workloadsOf(read.documents).flatMap((workload) => [...settingsProblems(workload), ...podProblems(workload)]),
  ...referenceProblems(read, made),
  ...idlePolicies(read.documents, clusterOf(shape)),
];

test.each(shapes)("the %s shape fits together", (shape) => {
  expect(problemsOf(readShape(shape), shape)).toEqual([]);
});

/** A copy in whose text something stands otherwise. Throws where nothing did. */
const broken = ({ documents, images }: Read, from: string | RegExp, to: string): Read => {
  const text = JSON.stringify({ documents, images });
  const other = text.replace(from, to);
  if (other === text) throw new Error(`there is no ${from}`);
  const read: { documents: readonly Manifest[]; images: Read["images"] } = JSON.parse(other);
  return read;
};

test.each<[Shape, string | RegExp, string, string]>([
  // settings
  [
    "sidecar",
    "CHECKREIN_ANONYMOUS",
    "CHECKREIN_ANONYMUS",
    "agent: CHECKREIN_ANONYMUS is not a setting: did you mean CHECKREIN_ANONYMOUS?",
  ],
  ["sidecar", '"SHOP_URL"', '"SHOP_HREF"', "agent: SHOP_URL is not set"],
  ["sidecar", '"SHOP_URL"', '"SHOP_HREF"', "agent: nothing reads SHOP_HREF"],
  ["gateway", '"AGENT_KEY_FILE"', '"AGENT_KEYS_FILE"', "gateway: AGENT_KEY is not set"],
  [
    "gateway",
    "/run/secrets/checkrein/redis-url",
    "/run/secrets/redis-url",
    "gateway: CHECKREIN_STATE_FILE: no secret is mounted at /run/secrets/redis-url",
  ],
  [
    "gateway",
    "/run/secrets/checkrein/redis-url",
    "/run/secrets/redis-url",
    "gateway: nothing reads /run/secrets/checkrein/redis-url",
  ],
  [
    "gateway",
    '"value":"stdout"',
    '"value":"stdin"',
    'gateway: CHECKREIN_JOURNAL (--journal) is "stdin": must be sqlite:<file>, lines:<file>, stdout or none',
  ],
  ["sidecar", '"containerPort":8081', '"containerPort":8082', 'agent: its ports are {"admin":8081}'],
  [
    "gateway",
    '"readinessProbe":{"httpGet":{"path":"/readyz","port":"admin"}',
    '"readinessProbe":{"httpGet":{"path":"/readyz","port":"data"}',
    "gateway: a probe is missing, or does not ask the admin port",
  ],
  ["gateway", '"path":"/livez"', '"path":"/readyz"', "gateway: a probe asks the wrong path"],
  [
    "gateway",
    '{"name":"CHECKREIN_ADMIN_HOST","value":"0.0.0.0"},',
    "",
    "gateway: the kubelet does not reach the admin port",
  ],
  [
    "gateway",
    '"terminationGracePeriodSeconds":30',
    '"terminationGracePeriodSeconds":15',
    "gateway: 15 s to stop are not enough for 15 s of pause and drain, and the journal",
  ],
  // rights
  [
    "sidecar",
    "agent=10001",
    "agent=10002",
    'agent: the fence\'s numbers are not {"agent":"10001","sidecar":"1000","data":"8080","admin":"8081"}',
  ],
  ["sidecar", /10001/g, "1000", "agent: the agent is the sidecar's user"],
  ["sidecar", '"restartPolicy":"Always",', "", "agent: the sidecar has to start before the agent and end after it"],
  [
    "sidecar",
    '"name":"agent-tmp","mountPath"',
    '"name":"shop-token","mountPath"',
    "agent: the agent has the sidecar's shop-token",
  ],
  ["sidecar", '"image":"checkrein-fence"', '"image":"busybox:1"', "agent: fence has NET_ADMIN"],
  ["sidecar", '"runAsUser":10001', '"runAsUser":0', "agent: agent may be root"],
  [
    "sidecar",
    /"drop":\["ALL"\](?=\}\},"volumeMounts":\[\{"name":"agent-tmp)/,
    '"drop":["ALL"],"add":["NET_RAW"]',
    "agent: agent has NET_RAW",
  ],
  [
    "sidecar",
    /"drop":\["ALL"\](?=\}\},"volumeMounts":\[\{"name":"agent-tmp)/,
    '"drop":["CHOWN"]',
    "agent: agent keeps capabilities",
  ],
  [
    "gateway",
    '"allowPrivilegeEscalation":false',
    '"allowPrivilegeEscalation":true',
    "gateway: checkrein may gain privileges",
  ],
  [
    "gateway",
    '"readOnlyRootFilesystem":true',
    '"readOnlyRootFilesystem":false',
    "gateway: checkrein may write its root",
  ],
  ["gateway", '"type":"RuntimeDefault"', '"type":"Unconfined"', "gateway: checkrein has no seccomp profile"],
  ["gateway", '"automountServiceAccountToken":false,', "", "gateway: has a token of the API server"],
  [
    "gateway",
    '"enableServiceLinks":false',
    '"enableServiceLinks":true',
    "gateway: gets variables of services, which may be taken for settings",
  ],
  ["sidecar", '"shareProcessNamespace":false', '"shareProcessNamespace":true', "agent: shares processes"],
  ["sidecar", '"shareProcessNamespace":false', '"hostNetwork":true', "agent: has hostNetwork"],
  // names
  ["gateway", '"secretName":"redis"', '"secretName":"radish"', "redis: no command makes secret/radish"],
  ["gateway", '"key":"signing-key"', '"key":"signing"', "gateway: secret/checkrein has no key signing"],
  ["gateway", '"name":"data","mountPath"', '"name":"date","mountPath"', "redis: there is no volume date"],
  ["gateway", '"name":"data","mountPath"', '"name":"date","mountPath"', "redis: nobody mounts data"],
  ["gateway", '"newTag":"0.1.0"', '"newTag":"0.0.9"', "gateway: checkrein is not 0.1.0"],
  ["sidecar", '"name":"agent","newName"', '"name":"agents","newName"', "agent: no tag for agent"],
  ["gateway", '"labels":{"app":"gateway"}', '"labels":{"app":"gate"}', "gateway: its selector is not its pods'"],
  ["gateway", '"labels":{"app":"gateway"}', '"labels":{"app":"gate"}', "Service gateway: chooses 0 kinds of pods"],
  ["gateway", '"labels":{"app":"gateway"}', '"labels":{"app":"gate"}', "PodDisruptionBudget gateway: chooses no pods"],
  ["gateway", '"targetPort":"data"', '"targetPort":"http"', "Service gateway: no port http"],
  [
    "gateway",
    '"kind":"Deployment","name":"gateway"}',
    '"kind":"StatefulSet","name":"gateway"}',
    "HorizontalPodAutoscaler gateway: there is no such target",
  ],
  ["gateway", '"cpu":"250m",', "", "HorizontalPodAutoscaler gateway: a share of no request"],
  ["gateway", '"serviceName":"redis"', '"serviceName":"store"', "redis: there is no service store"],
  [
    "gateway",
    '{"name":"checkrein","labels"',
    '{"name":"checkreins","labels"',
    "Deployment gateway: nobody makes its namespace checkrein",
  ],
  // policies
  [
    "gateway",
    '"podSelector":{"matchLabels":{"app":"redis"}},"policyTypes"',
    '"podSelector":{"matchLabels":{"app":"store"}},"policyTypes"',
    "checkrein/redis chooses no pods",
  ],
])("in the %s shape, %s written as %s is found", (shape, from, to, problem) => {
  expect(problemsOf(broken(readShape(shape), from, to), shape)).toContain(problem);
});

test("in the sidecar shape, a pod reaches its backend and names, and Prometheus its metrics: nothing else is left", () => {
  const flows = flowsOf(readShape("sidecar").documents, clusterOf("sidecar")).filter(isOurs);
  expect(flows.map(sayFlow).toSorted()).toEqual([
    "agent -> dns:53/TCP",
    "agent -> dns:53/UDP",
    "agent -> shop:3000/TCP",
    "prometheus -> agent:8081/TCP",
  ]);
});

test("in the gateway shape, agents reach the gateway's data port and names: nothing else is left", () => {
  const flows = flowsOf(readShape("gateway").documents, clusterOf("gateway")).filter(isOurs);
  expect(flows.map(sayFlow).toSorted()).toEqual([
    "agent -> dns:53/TCP",
    "agent -> dns:53/UDP",
    "agent -> gateway:8080/TCP",
    "gateway -> dns:53/TCP",
    "gateway -> dns:53/UDP",
    "gateway -> redis:6379/TCP",
    "gateway -> shop:3000/TCP",
    "prometheus -> gateway:8081/TCP",
  ]);
});

/** Pods that no policy is about talk among each other as they like. */
const FREE = new Set(["dns", "prometheus", "stranger", "internet"]);
const isOurs = ({ from, to }: ReturnType<typeof flowsOf>[number]): boolean =>
  !(FREE.has(from.name) && FREE.has(to.name)) && !isOutward(from.name, to.name);
/** What backends do on their own is not ours to say: no policy here is about their ways out. */
const isOutward = (from: string, to: string): boolean => (from === "shop" || from === "ledger") && FREE.has(to);

test("without a policy, everything is reachable", () => {
  const pods = clusterOf("gateway");
  const all = pods.flatMap((from) => pods.filter((to) => to !== from).flatMap(({ ports }) => ports));
  expect(flowsOf([], pods)).toHaveLength(all.length);
});
