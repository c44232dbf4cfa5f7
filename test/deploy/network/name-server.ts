// A name server as a cluster has one: knows its services, and says on stdout who asked for what. On UDP, port 53.
import { createSocket } from "node:dgram";

const addresses: Readonly<Record<string, string>> = JSON.parse(process.argv[2] ?? "{}");

const nameIn = (message: Buffer): { readonly name: string; readonly end: number } => {
  const parts: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    parts.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: parts.join("."), end: at + 5 };
};

/** RFC 1035: for an address of a name that is known, that address; for all else, no answer but no error either. */
const answer = (message: Buffer): { readonly name: string; readonly reply: Buffer } => {
  const { name, end } = nameIn(message);
  const address = message.readUInt16BE(end - 4) === 1 ? addresses[name] : undefined;
  const header = Buffer.from(message.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  header.fill(0, 8);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...(address ?? "").split(".").map(Number)]);
  return {
    name,
    reply: Buffer.concat([header, message.subarray(12, end), ...(address === undefined ? [] : [record])]),
  };
};

const socket = createSocket({ type: "udp6", ipv6Only: false });
socket.on("message", (message, { address, port }) => {
  const { name, reply } = answer(message);
  process.stdout.write(`${JSON.stringify({ name, from: address })}\n`);
  socket.send(reply, port, address);
});
socket.bind(53, "::", () => process.stdout.write("listening\n"));
