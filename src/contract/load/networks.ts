// Ranges of addresses as authors write them, read in one place: load asks whether they are good, the backend dials by them.
import { BlockList, isIP } from "node:net";

/** Reads `10.0.0.0/8` and the like; a plain address is a range of one. Throws a RangeError that names a bad one. */
export const readNetworks = (ranges: readonly unknown[]): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits, ...more] = typeof range === "string" ? range.split("/") : [];
    const isSix = isIP(address) === 6;
    const most = isSix ? 128 : 32;
    const prefix = bits === undefined ? most : Number(bits);
    const isGood = isIP(address) !== 0 && !address.includes("%") && /^\d{1,3}$/.test(bits ?? "0") && prefix <= most;
    if (!isGood || more.length > 0) throw new RangeError(`"${String(range)}" is not a network such as 10.0.0.0/8`);
    list.addSubnet(address, prefix, isSix ? "ipv6" : "ipv4");
  }
  return list;
};
