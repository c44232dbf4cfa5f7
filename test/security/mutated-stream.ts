// A stream by its seed and number: parts, changes, and the places where it is cut into packets. The same number is the same
// stream, so that one that fails can be sent again.
import { type Random, createRandom } from "../../bench/converge/random.ts";
import { changeBytes, changeForm, changePart } from "./mutate-stream.ts";
import { harmlessStreams, refusedStreams } from "./raw-streams.ts";
import { invalidRequest, lastRequest, validRequest } from "./seed-requests.ts";

export interface MutatedStream {
  readonly bytes: Buffer;
  /** What was good when it was put in, before it was changed. */
  readonly originals: readonly Buffer[];
  readonly packets: readonly Buffer[];
}

export const createMutatedStream = (seed: number, number: number): MutatedStream => {
  const random = createRandom(Math.imul(seed ^ (number * 2), 0x9e3779b1) ^ number);
  for (let spin = 0; spin < 3; spin += 1) random.below(2);
  const tag = (part: number): string => `${number.toString(36).padStart(5, "0")}x${part}`;
  const originals = Array.from({ length: 1 + random.below(3) }, (_, part) => original(random, tag(part)));
  const last = lastRequest(tag(9));
  const parts = originals.map(({ bytes }) => changed(bytes, random));
  const kind = random.below(10);
  const whole = Buffer.concat(kind === 0 ? [splice(parts, random), last] : [...parts, last]);
  const changedWhole = kind === 1 ? changeBytes(whole, random) : whole;
  const bytes = kind === 2 ? whole.subarray(0, 1 + random.below(whole.length)) : changedWhole;
  return {
    bytes,
    originals: [...originals.flatMap(({ bytes: part, isGood }) => (isGood ? [part] : [])), last],
    packets: cut(bytes, random),
  };
};

interface Original {
  readonly bytes: Buffer;
  readonly isGood: boolean;
}

const original = (random: Random, tag: string): Original => {
  const kind = random.below(10);
  if (kind < 7) return { bytes: validRequest(random, tag), isGood: true };
  if (kind < 8) return { bytes: invalidRequest(random, tag), isGood: false };
  const isGood = kind === 9;
  const [, bytes] = random.pick(isGood ? harmlessStreams : refusedStreams) ?? [];
  return { bytes: bytes ?? validRequest(random, tag), isGood };
};

const changed = (part: Buffer, random: Random): Buffer => {
  const kind = random.below(6);
  if (kind < 2) return part;
  const change = kind < 4 ? changeForm : changePart;
  let result = part;
  for (let times = 1 + random.below(3); times > 0; times -= 1) result = change(result, random);
  return result;
};

/** The beginning of one and the end of another. */
const splice = (parts: readonly Buffer[], random: Random): Buffer => {
  const [front = Buffer.alloc(0), back = front] = random.shuffle(parts);
  return Buffer.concat([
    front.subarray(0, random.below(front.length + 1)),
    back.subarray(random.below(back.length + 1)),
  ]);
};

const cut = (bytes: Buffer, random: Random): readonly Buffer[] => {
  const most = random.below(3) === 0 ? 5 : 0;
  const places = Array.from({ length: random.below(most + 1) }, () => random.below(bytes.length + 1));
  const edges = [0, ...places.sort((one, other) => one - other), bytes.length];
  return edges.slice(1).flatMap((end, index) => (end > (edges[index] ?? 0) ? [bytes.subarray(edges[index], end)] : []));
};
