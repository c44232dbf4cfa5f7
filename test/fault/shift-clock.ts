// Loaded into the sidecar before it starts: its wall clock is off by as many milliseconds as the file `CLOCK_FILE` says, and may
// jump at any moment. What is monotonic stays so.
import { readFileSync } from "node:fs";

const RealDate = Date;
const LOOK_MS = 20;
let offset = 0;
let lookedAt = -LOOK_MS;

const shifted = (): number => {
  if (performance.now() - lookedAt >= LOOK_MS) {
    lookedAt = performance.now();
    offset = Number(readFileSync(process.env["CLOCK_FILE"] ?? "", "utf8"));
  }
  return RealDate.now() + offset;
};

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [shifted()] : given, newTarget),
  get: (target, name) => (name === "now" ? shifted : Reflect.get(target, name)),
});
