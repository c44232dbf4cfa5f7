// A cluster for each shape: the pods of its documents, those that it is there for, and those that have no business with it.
import { workloadsOf, containersOf } from "./kinds.ts";
import { type Manifest, type Shape, readShape } from "./manifests.ts";
import type { Pod } from "./reach.ts";

const around: readonly Pod[] = [
  { name: "shop", namespace: "backends", labels: { app: "shop" }, ports: ["3000/TCP"] },
  { name: "ledger", namespace: "backends", labels: { app: "ledger" }, ports: ["3000/TCP", "22/TCP"] },
  { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: ["53/UDP", "53/TCP"] },
  { name: "prometheus", namespace: "monitoring", labels: { app: "prometheus" }, ports: ["9090/TCP"] },
  { name: "stranger", namespace: "default", labels: { app: "agent" }, ports: ["8080/TCP"] },
  { name: "internet", labels: {}, ports: ["443/TCP", "53/UDP"] },
];

/** In the gateway shape, agents are whatever runs in their namespace. */
const agents: Readonly<Record<Shape, readonly Pod[]>> = {
  sidecar: [],
  gateway: [{ name: "agent", namespace: "agents", labels: { app: "support" }, ports: ["9000/TCP", "8080/TCP"] }],
};

const podsOf = (documents: readonly Manifest[]): readonly Pod[] =>
  workloadsOf(documents).map(({ name, namespace, labels, pod }) => {
    const open = containersOf(pod).flatMap(({ ports }) => ports.map(({ containerPort }) => `${containerPort}/TCP`));
    return { name, namespace, labels, ports: [...open, "9000/TCP"] }; // one port more, of which no policy speaks
  });

export const clusterOf = (shape: Shape): readonly Pod[] => [
  ...podsOf(readShape(shape).documents),
  ...agents[shape],
  ...around,
];
