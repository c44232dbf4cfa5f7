// What is wrong with the rights of pods: whatever would let an agent out of its fence or at the sidecar's secrets, and every
// right that nobody needs. The measure is the pod security level `restricted`, but for the one container that sets the fence.
import { type Container, type PodSpec, type Workload, containersOf, contextOf } from "./kinds.ts";
import { isCheckrein } from "./settings-problems.ts";

const isFence = ({ image }: Container): boolean => image === "checkrein-fence";

export const podProblems = ({ name, pod }: Workload): readonly string[] =>
  [
    ...wholePod(pod),
    ...containersOf(pod).flatMap((container) =>
      ofContainer(pod, container).map((problem) => `${container.name} ${problem}`),
    ),
    ...(containersOf(pod).some(isFence) ? fenced(pod) : []),
  ].map((problem) => `${name}: ${problem}`);

const wholePod = (pod: PodSpec): readonly string[] => [
  ...["hostNetwork", "hostPID", "hostIPC"].filter((member) => member in pod).map((member) => `has ${member}`),
  ...(pod.automountServiceAccountToken ? ["has a token of the API server"] : []),
  ...(pod.enableServiceLinks ? ["gets variables of services, which may be taken for settings"] : []),
  ...(pod.shareProcessNamespace ? ["shares processes"] : []),
];

const ofContainer = (pod: PodSpec, container: Container): readonly string[] => {
  const context = contextOf(pod, container);
  const { drop, add } = context.capabilities;
  const isRoot = context.runAsUser === 0;
  return [
    ...(drop.join() === "ALL" ? [] : ["keeps capabilities"]),
    ...(add.join() === (isFence(container) ? "NET_ADMIN" : "") ? [] : [`has ${add.join()}`]),
    ...(context.allowPrivilegeEscalation === false ? [] : ["may gain privileges"]),
    ...(context.privileged === true ? ["is privileged"] : []),
    ...(context.readOnlyRootFilesystem === true ? [] : ["may write its root"]),
    ...(context.seccompProfile?.type === "RuntimeDefault" ? [] : ["has no seccomp profile"]),
    ...(isFence(container) || (context.runAsNonRoot === true && !isRoot) ? [] : ["may be root"]),
    ...(context.runAsUser === undefined || context.runAsGroup === undefined ? ["runs as whatever its image says"] : []),
    ...(container.resources.limits["memory"] === undefined ? ["may take all memory"] : []),
  ];
};

/** The pod of the sidecar shape. */
const fenced = (pod: PodSpec): readonly string[] => {
  const [fence, sidecar, ...agents] = containersOf(pod);
  if (fence === undefined || sidecar === undefined || !isFence(fence) || !isCheckrein(sidecar))
    return ["the fence has to be first and the sidecar second"];
  const uid = (container: Container) => contextOf(pod, container).runAsUser;
  const numbers = Object.fromEntries(
    (fence.args ?? []).flatMap((word) => [/^--define=(\w+)=(\d+)$/.exec(word)?.slice(1) ?? []]),
  );
  const wanted = { agent: agents.map(uid).join(), sidecar: `${uid(sidecar)}`, data: "8080", admin: "8081" };
  return [
    ...(fence.restartPolicy === undefined ? [] : ["the fence has to end before anything else starts"]),
    ...(sidecar.restartPolicy === "Always" ? [] : ["the sidecar has to start before the agent and end after it"]),
    ...(JSON.stringify(numbers) === JSON.stringify(wanted)
      ? []
      : [`the fence's numbers are not ${JSON.stringify(wanted)}`]),
    ...(agents.some((agent) => uid(agent) === uid(sidecar)) ? ["the agent is the sidecar's user"] : []),
    ...agents.flatMap((agent) => sharedVolumes(agent, [fence, sidecar])),
  ];
};

const sharedVolumes = (agent: Container, others: readonly Container[]): readonly string[] => {
  const taken = new Set(others.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)));
  return agent.volumeMounts
    .filter(({ name }) => taken.has(name))
    .map(({ name }) => `the agent has the sidecar's ${name}`);
};
