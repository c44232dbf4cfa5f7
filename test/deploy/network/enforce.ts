// The node's part in NetworkPolicies, as a network plugin plays it: what the policies leave between pods passes, and nothing
// else. Traffic of the node itself, such as the kubelet's probes, is not forwarded and always passes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Flow } from "../kubernetes/reach.ts";
import { type Cluster, type PodNetwork, inside } from "./cluster.ts";

/** `podsOf` gives the pods that a name stands for: replicas are several. */
export const enforce = (
  { node }: Cluster,
  flows: readonly Flow[],
  { folder, podsOf }: { readonly folder: string; readonly podsOf: (name: string) => readonly PodNetwork[] },
): void => {
  const passing = flows.flatMap(({ from, to, port: named }) => {
    const [port, protocol = ""] = named.split("/");
    const pairs = podsOf(from.name).flatMap((one) => podsOf(to.name).map((other) => [one, other] as const));
    return pairs.flatMap(([one, other]) => [
      `ip saddr ${one.address} ip daddr ${other.address} ${protocol.toLowerCase()} dport ${port} accept`,
      `ip6 saddr ${one.address6} ip6 daddr ${other.address6} ${protocol.toLowerCase()} dport ${port} accept`,
    ]);
  });
  const file = join(folder, "policies.nft");
  const rules = [
    "type filter hook forward priority filter; policy drop;",
    "ct state established,related accept",
    ...passing,
  ];
  writeFileSync(
    file,
    `table inet policies {\nchain forward {\n${rules.join("\n")}\ncounter drop comment "nobody's"\n}\n}\n`,
  );
  inside(node, "nft", "--file", file);
};
