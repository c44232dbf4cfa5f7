// Who reaches whom by the NetworkPolicies of a set of documents, as Kubernetes defines it: a connection needs the word of
// its sender's policies (where any speak of egress) and of its receiver's (where any speak of ingress); rules only add.
import { z } from "zod";
import { type Labels, isSubset } from "./kinds.ts";
import type { Manifest } from "./manifests.ts";

export interface Pod {
  readonly name: string;
  /** None: a machine outside of the cluster. */
  readonly namespace?: string;
  readonly labels: Labels;
  /** Where it listens: `8080/TCP`. */
  readonly ports: readonly string[];
}

const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) });
const peers = z.array(z.strictObject({ namespaceSelector: selector.optional(), podSelector: selector.optional() }));
const ports = z.array(z.strictObject({ protocol: z.enum(["TCP", "UDP"]), port: z.int() }));

/** Strict: what is not understood here is not passed over. Peers and ports are always said; without them, all would be meant. */
const policy = z.strictObject({
  podSelector: selector,
  policyTypes: z.array(z.enum(["Ingress", "Egress"])),
  ingress: z.array(z.strictObject({ from: peers.nonempty(), ports: ports.nonempty() })).default([]),
  egress: z.array(z.strictObject({ to: peers.nonempty(), ports: ports.nonempty() })).default([]),
});

interface Rule {
  readonly peers: z.infer<typeof peers>;
  readonly ports: z.infer<typeof ports>;
}

interface Policy {
  readonly name: string;
  readonly namespace: string;
  readonly selects: Labels;
  /** Undefined: it does not speak of that direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

export const policiesOf = (documents: readonly Manifest[]): readonly Policy[] =>
  documents
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map(({ metadata, spec }) => {
      const { podSelector, policyTypes, ingress, egress } = policy.parse(spec);
      return {
        name: metadata.name,
        namespace: metadata.namespace ?? "",
        selects: podSelector.matchLabels,
        ingress: policyTypes.includes("Ingress")
          ? ingress.map(({ from, ports }) => ({ peers: from, ports }))
          : undefined,
        egress: policyTypes.includes("Egress") ? egress.map(({ to, ports }) => ({ peers: to, ports })) : undefined,
      };
    });

const isSelected = ({ namespace, selects }: Policy, pod: Pod): boolean =>
  pod.namespace === namespace && isSubset(selects, pod.labels);

const isPeer = (rule: Rule["peers"][number], own: string, pod: Pod): boolean => {
  if (pod.namespace === undefined) return false;
  const { namespaceSelector, podSelector } = rule;
  const isNear =
    namespaceSelector === undefined
      ? pod.namespace === own
      : isSubset(namespaceSelector.matchLabels, { "kubernetes.io/metadata.name": pod.namespace });
  return isNear && isSubset(podSelector?.matchLabels ?? {}, pod.labels);
};

interface Ask {
  readonly policies: readonly Policy[];
  readonly direction: "ingress" | "egress";
  readonly pod: Pod;
  readonly other: Pod;
  readonly port: string;
}

const isAllowed = ({ policies, direction, pod, other, port }: Ask): boolean => {
  const speaking = policies.filter((one) => one[direction] !== undefined && isSelected(one, pod));
  if (speaking.length === 0) return true;
  return speaking.some((one) =>
    (one[direction] ?? []).some(
      (rule) =>
        rule.ports.some((open) => `${open.port}/${open.protocol}` === port) &&
        rule.peers.some((peer) => isPeer(peer, one.namespace, other)),
    ),
  );
};

export interface Flow {
  readonly from: Pod;
  readonly to: Pod;
  readonly port: string;
}

/** Every connection between two of these pods that the policies leave. */
export const flowsOf = (documents: readonly Manifest[], pods: readonly Pod[]): readonly Flow[] => {
  const policies = policiesOf(documents);
  return pods.flatMap((from) =>
    pods
      .filter((to) => to !== from)
      .flatMap((to) => to.ports.map((port) => ({ from, to, port })))
      .filter(
        ({ to, port }) =>
          isAllowed({ policies, direction: "egress", pod: from, other: to, port }) &&
          isAllowed({ policies, direction: "ingress", pod: to, other: from, port }),
      ),
  );
};

export const sayFlow = ({ from, to, port }: Flow): string => `${from.name} -> ${to.name}:${port}`;

/** Policies and rules that are about nobody among these pods, or about a port where nobody listens. */
export const idlePolicies = (documents: readonly Manifest[], pods: readonly Pod[]): readonly string[] =>
  policiesOf(documents).flatMap((one) => {
    const chosen = pods.filter((pod) => isSelected(one, pod));
    if (chosen.length === 0) return [`${one.namespace}/${one.name} chooses no pods`];
    const peersOf = (rule: Rule) => pods.filter((pod) => rule.peers.some((peer) => isPeer(peer, one.namespace, pod)));
    const idle = (rules: readonly Rule[], listening: (rule: Rule) => readonly Pod[]) =>
      rules.filter(
        (rule) =>
          peersOf(rule).length === 0 ||
          !rule.ports.every(({ port, protocol }) =>
            listening(rule).some((pod) => pod.ports.includes(`${port}/${protocol}`)),
          ),
      );
    return [...idle(one.ingress ?? [], () => chosen), ...idle(one.egress ?? [], peersOf)].map(
      (rule) => `${one.namespace}/${one.name} has an idle rule: ${JSON.stringify(rule)}`,
    );
  });
