// An agent that tries what it is told, all at once, and says what came of each: a list as JSON in, as many texts as JSON out. It needs
// nothing but Node and Perl, which every Debian has.
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { promisify } from "node:util";

export type Attempt =
  | { readonly tcp: string; readonly port: number; readonly from?: number }
  | { readonly udp: string; readonly port: number; readonly from?: number }
  | { readonly http: string; readonly body?: unknown; readonly key?: string }
  | { readonly read: string }
  | { readonly kill: number }
  | { readonly run: readonly string[] };

const execute = promisify(execFile);

const ENOUGH_MS = 2000;

const tcp = (host: string, port: number, localPort?: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, ...(localPort === undefined ? {} : { localPort }) });
    const end = (result: string): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(ENOUGH_MS, () => end("silence"));
    socket.on("connect", () => end("connected"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });

/** A question for the address of `stolen-words.example`: an answer of any kind means that the words have left. */
const QUESTION = Buffer.concat([
  Buffer.from("2b2b01000001000000000000", "hex"),
  ...["stolen-words", "example", ""].flatMap((part) => [Buffer.from([part.length]), Buffer.from(part)]),
  Buffer.from("00010001", "hex"),
]);

const udp = (host: string, port: number, localPort = 0): Promise<string> =>
  new Promise((resolve) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    const timer = setTimeout(() => end("silence"), ENOUGH_MS);
    const end = (result: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(result);
    };
    socket.on("message", () => end("answered"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.bind(localPort, () =>
      socket.send(QUESTION, port, host, (error) =>
        error ? end((error as NodeJS.ErrnoException).code ?? "error") : undefined,
      ),
    );
  });

/** A GET, or a POST where there is something to send. */
const http = async (url: string, body: unknown, key?: string): Promise<string> => {
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(10_000),
    headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), "content-type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  return `${answer.status} ${await answer.text()}`;
};

const attempt = async (one: Attempt): Promise<string> => {
  if ("tcp" in one) return tcp(one.tcp, one.port, one.from);
  if ("udp" in one) return udp(one.udp, one.port, one.from);
  if ("http" in one) return http(one.http, one.body, one.key);
  if ("read" in one) return readFileSync(one.read, "latin1");
  if ("kill" in one) return String(process.kill(one.kill, "SIGKILL"));
  const [program = "", ...args] = one.run;
  const { stdout } = await execute(program, args, { timeout: 10_000 }); // not in place: it would hold up the other attempts
  return stdout;
};

const sayFault = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, stderr, cause } = error as NodeJS.ErrnoException & { stderr?: string }; // of files, of programs, of fetch
  return stderr?.trim() || code || (cause instanceof Error ? sayFault(cause) : error.message);
};

if (import.meta.main) {
  const attempts: readonly Attempt[] = JSON.parse(process.argv[2] ?? "[]");
  const results = await Promise.all(attempts.map((one) => attempt(one).catch(sayFault)));
  process.stdout.write(JSON.stringify(results));
}
