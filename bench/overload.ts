// Overload: the sidecar on a core of its own, asked for three times what it can carry. What it takes has to stay quick, the
// rest has to be refused as `overloaded`, and its memory has to stay where it is.
import { readFileSync } from "node:fs";
import { type Volley, blast } from "./overload/blast.ts";
import { noteOf } from "./note.ts";
import { median } from "./table.ts";
import { type Target, startTarget } from "./target.ts";

const MILLISECONDS = Number(process.env["MILLISECONDS"] ?? 10_000);
const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const WARM_UP = Number(process.env["WARM_UP"] ?? 6000);
/** As for a container of 256 MiB. */
const MEMORY = ["--max-old-space-size=128", "--max-semi-space-size=16"];
const CONNECTIONS = Number(process.env["CONNECTIONS"] ?? 1000);

/** In this order; what a load does to the calls at its beginning is told apart from what lasts. */
const LOADS = [
  ["half", 0.5],
  ["1 ×", 1],
  ["3 × begins", 3],
  ["3 ×", 3],
] as const;

const requestOf = (body: string): Buffer =>
  Buffer.from(
    `POST /orders/ord_A1b2C3d4/notes HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

/** Milliseconds that a core was at work, whoever for. */
const busy = (core: number): number => {
  const line = readFileSync("/proc/stat", "utf8").split("\n")[core + 1]?.split(" ").slice(1).map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = line;
  return (user + nice + system + irq + soft + steal) * 10;
};

const peakOf = ({ pid }: Target): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) / 1024;

const show = (name: string, rate: number, volley: Volley, ms: number): void => {
  const { latencies, refused, held, strange, sentRate } = volley;
  const cells = [
    name.padEnd(14),
    rate.toFixed(0).padStart(9),
    sentRate.toFixed(0).padStart(9),
    ((latencies.length * 1000) / ms).toFixed(0).padStart(9),
    String(refused).padStart(9),
    String(held).padStart(7),
    at(latencies, 0.5).toFixed(2).padStart(9),
    at(latencies, 0.99).toFixed(2).padStart(9),
    at(latencies, 0.999).toFixed(2).padStart(9),
  ];
  process.stdout.write(`${cells.join(" ")}${strange.size > 0 ? `  strange: ${JSON.stringify([...strange])}` : ""}\n`);
};

export const measureOverload = async (core: number): Promise<void> => {
  const backend = await startTarget({ name: "direct", words: ["bench/servers/backend.ts"], environment: {}, core: 0 });
  const ports = [
    "--port",
    "0",
    "--admin-port",
    "0",
    "--journal",
    "none",
    "--anonymous",
    "true",
    ...(process.env["FLAGS"] ?? "").split(" ").filter(Boolean),
  ];
  const words = [...MEMORY, "src/main.ts", "serve", "--contracts", "bench/contracts", ...ports];
  const environment = { BENCH_URL: backend.url, BENCH_TOKEN: "measured" };
  const sidecar = await startTarget({ name: "checkrein", words, environment, core });
  const request = requestOf(noteOf(200));
  const fire = (rate: number | undefined, milliseconds: number, connections = CONNECTIONS): Promise<Volley> =>
    blast({ url: sidecar.url, request, connections, milliseconds, rate });
  try {
    await fire(undefined, WARM_UP, 16);
    const full = await fire(undefined, MILLISECONDS / 2, 16);
    const carried = (full.latencies.length * 1000) / (MILLISECONDS / 2);
    process.stdout.write(`\ncarries ${carried.toFixed(0)} calls/s\n`);
    process.stdout.write(
      "load              asked      sent   taken/s   refused    held       p50       p99     p99.9   (ms)\n",
    );
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const p99s = new Map<string, number>();
      for (const [name, times] of LOADS) {
        const before = sidecar.cpu();
        const all = busy(core);
        const volley = await fire(carried * times, MILLISECONDS);
        show(name, carried * times, volley, MILLISECONDS);
        p99s.set(name, at(volley.latencies, 0.99));
        process.stdout.write(
          `   core ${(((sidecar.cpu() - before) * 100) / MILLISECONDS).toFixed(0)} %, others ${(((busy(core) - all - sidecar.cpu() + before) * 100) / MILLISECONDS).toFixed(0)} %, peak ${peakOf(sidecar).toFixed(0)} MiB\n`,
        );
      }
      ratios.push((p99s.get("3 ×") ?? Number.NaN) / (p99s.get("half") ?? Number.NaN));
    }
    process.stdout.write(
      `p99 of what is taken at 3 × ÷ that at half load, in ${ROUNDS} rounds: ${ratios.map((ratio) => ratio.toFixed(1)).join(", ")}; median ${median(ratios).toFixed(1)} (bar: 5); peak ${peakOf(sidecar).toFixed(0)} MiB (bar: 256)\n`,
    );
  } finally {
    for (const target of [backend, sidecar]) target.stop();
  }
};
