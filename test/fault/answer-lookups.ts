// Loaded into the sidecar before it starts: the name backend.test is resolved as the file `LOOKUP_FILE` says at that moment. An address; `hang`
// for no answer at all; anything else is the resolver's error code.
import dns from "node:dns";
import { readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isIP } from "node:net";

type Answered = (error: Error | null, found?: unknown) => void;

const real = dns.lookup;

Reflect.set(dns, "lookup", (name: string, options: object, answered: Answered): void => {
  if (name !== "backend.test") return real(name, options, answered);
  const text = readFileSync(process.env["LOOKUP_FILE"] ?? "", "utf8");
  if (text === "hang") return;
  const family = isIP(text);
  const error = Object.assign(new Error(`getaddrinfo ${text}`), { code: text });
  setImmediate(() => (family === 0 ? answered(error) : answered(null, [{ address: text, family }])));
});
syncBuiltinESMExports();
