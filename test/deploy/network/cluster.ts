// A cluster on one machine: a network namespace for each pod, and one for the node, which routes between them. Nothing of it
// is connected to the machine's own network. Root alone can make one.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const hasTools = ["ip", "nft", "setpriv", "nsenter", "unshare", "perl"].every(
  (tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0,
);
const isRoot = process.getuid?.() === 0;

/** Why the demonstrations cannot be given here, or undefined. In CI nothing is left out: there, they fail. */
export const missing =
  process.env["CI"] === "true" || (isRoot && hasTools)
    ? undefined
    : isRoot
      ? "one of ip, nft, setpriv, nsenter, unshare, perl is not on the PATH"
      : "network namespaces and other users need root";

export const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

export interface PodNetwork {
  /** The name of its network namespace. */
  readonly netns: string;
  readonly address: string;
  readonly address6: string;
}

export interface Cluster {
  readonly node: string;
  readonly pods: ReadonlyMap<string, PodNetwork>;
  /** Takes it all down; processes in it have to be ended before. */
  remove(): void;
}

export const inside = (netns: string, program: string, ...args: readonly string[]): string =>
  run("nsenter", `--net=/run/netns/${netns}`, program, ...args);

let made = 0;

export const createCluster = (names: readonly string[]): Cluster => {
  made += 1;
  const prefix = `crn-${process.pid}-${made}`;
  const node = `${prefix}-node`;
  const pods = new Map(
    names.map((name, index) => [
      name,
      { netns: `${prefix}-${name}`, address: `10.77.${index + 1}.2`, address6: `fd77:0:0:${index + 1}::2` },
    ]),
  );
  const all = [node, ...[...pods.values()].map(({ netns }) => netns)];
  const remove = (): void => void spawnSync("sh", ["-c", all.map((netns) => `ip netns del ${netns}`).join("\n")]);
  removeAbandoned();
  try {
    run(
      "sh",
      "-euc",
      [...all.map(addNamespace), routing(node), ...[...pods.values()].map((pod) => connect(node, pod))].join("\n"),
    );
  } catch (error) {
    remove();
    throw error;
  }
  return { node, pods, remove };
};

/** Of runs that were ended before they could. */
const removeAbandoned = (): void => {
  for (const [name, pid] of run("ip", "netns", "list").matchAll(/^crn-(\d+)-\S+/gm))
    if (!existsSync(`/proc/${pid}`)) spawnSync("ip", ["netns", "del", name]);
};

const addNamespace = (netns: string): string => `ip netns add ${netns}\nip -n ${netns} link set lo up`;

/** Not with sysctl, which may be a program that is not there. */
const routing = (node: string): string =>
  `ip netns exec ${node} sh -c 'echo 1 | tee /proc/sys/net/ipv4/ip_forward > /proc/sys/net/ipv6/conf/all/forwarding'`;

/** A cable from the pod to the node, which is the pod's way to everybody else. Echo requests as container runtimes allow them. */
const connect = (node: string, { netns, address, address6 }: PodNetwork): string => {
  const end = `to-${address.split(".")[2]}`;
  const [gateway, gateway6] = [address.replace(/2$/, "1"), address6.replace(/2$/, "1")];
  return `
    ip link add ${end} netns ${node} type veth peer name eth0 netns ${netns}
    ip -n ${node} address add ${gateway}/24 dev ${end}
    ip -n ${node} address add ${gateway6}/64 dev ${end} nodad
    ip -n ${node} link set ${end} up
    ip -n ${netns} address add ${address}/24 dev eth0
    ip -n ${netns} address add ${address6}/64 dev eth0 nodad
    ip -n ${netns} link set eth0 up
    ip -n ${netns} route add default via ${gateway}
    ip -n ${netns} -6 route add default via ${gateway6}
    ip netns exec ${netns} sh -c 'echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range'`;
};
