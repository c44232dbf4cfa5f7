// Which resolved addresses may be dialled. Checked on the address that is really used, at the moment of connecting, so a
// name that changes its answer (DNS rebinding) gains nothing. Private ranges are allowed: clusters live there.
import { lookup as dnsLookup } from "node:dns";
import { BlockList, type LookupFunction, isIP } from "node:net";
import { readNetworks } from "../contract/load/networks.ts";

const never = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  never.addSubnet(net, prefix, "ipv4");
}
// ::/96, 64:ff9b::, 2001::/32 and 2002::/16 carry IPv4 addresses inside; fd00:ec2::254 and 100.100.100.200 are metadata services.
for (const [net, prefix] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2001::", 32],
  ["2002::", 16],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  never.addSubnet(net, prefix, "ipv6");
}
never.addAddress("fd00:ec2::254", "ipv6");
never.addAddress("100.100.100.200", "ipv4");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

interface AddressPolicy {
  /** The URL says `localhost` or a loopback address itself. */
  readonly allowLoopback: boolean;
  readonly networks: BlockList | undefined;
}

/** Why an address must not be dialled, or undefined. */
export const forbiddenAddress = (address: string, policy: AddressPolicy): string | undefined => {
  const plain = address.split("%")[0] ?? "";
  const family = isIP(plain) === 6 ? "ipv6" : "ipv4";
  if (isIP(plain) === 0) return `${address} is not an IP address`;
  if (loopback.check(plain, family)) return policy.allowLoopback ? undefined : `${address} is a loopback address`;
  if (never.check(plain, family)) return `${address} is link-local, multicast, unspecified or a metadata service`;
  if (policy.networks !== undefined && !policy.networks.check(plain, family))
    return `${address} is outside the backend's networks`;
  return undefined;
};

/** The policy of a backend's URL. */
export const addressPolicy = (url: URL, networks: readonly string[] | undefined): AddressPolicy => {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const literal = isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
  return {
    allowLoopback: literal || host === "localhost",
    networks: networks === undefined ? undefined : readNetworks(networks),
  };
};

/** A `lookup` for sockets that refuses the whole answer if one address in it is forbidden. */
export const guardedLookup =
  (policy: AddressPolicy, resolve: typeof dnsLookup = dnsLookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "", 0);
      const reason = found.map(({ address }) => forbiddenAddress(address, policy)).find((text) => text !== undefined);
      const first = found[0];
      if (reason !== undefined || first === undefined)
        return callback(new ForbiddenAddress(reason ?? "no address"), "", 0);
      return options.all === true ? callback(null, found) : callback(null, first.address, first.family);
    });
  };

class ForbiddenAddress extends Error {
  readonly code = "FORBIDDEN_ADDRESS";
}
