// Whoever can write the whole journal but has no key changes nothing before the last checkpoint without being found, at the right
// place; and nothing behind it passes as anchored.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/journal/verify.ts";
import { isLong, seed } from "../support/seed.ts";
import { linesOf } from "./open.ts";
import { bodyOf, linkOf, messages, reseal, runSession, verify } from "./signed.ts";

const options = { seed, numRuns: isLong ? 1000 : 100 };

const folder = mkdtempSync(join(tmpdir(), "checkrein-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

let lines: readonly string[];
let checkpoints: readonly string[];
/** Everything through here is anchored. */
let anchored: number;

beforeAll(async () => {
  const place = `sqlite:${join(folder, "journal")}`;
  checkpoints = [...(await runSession(place, 300)), ...(await runSession(place, 400))];
  anchored = linesOf(place).length;
  await runSession(place, 291); // its checkpoints are not there yet
  lines = linesOf(place);
});

/** Whether something that is wrong is said of this record, or of the line in which it stood. */
const names = ({ findings }: Report, seq: number): boolean =>
  findings.some(({ line, from = 0, to = 0 }) => line === seq || (from <= seq && seq <= to));

const at = (): fc.Arbitrary<number> => fc.nat({ max: lines.length - 1 });
const atAnchored = (): fc.Arbitrary<number> => fc.nat({ max: anchored - 1 });

describe("a journal of a thousand records", () => {
  it("verifies as it is, anchored as far as it is signed", () => {
    const report = verify(lines, checkpoints);
    expect(lines).toHaveLength(1000);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([{ from: 1, to: lines.length, anchored: { through: anchored } }]);
  });

  it("tells any changed character, and in which record", () => {
    const letter = fc.string({ unit: "binary", minLength: 1, maxLength: 1 });
    fc.assert(
      fc.property(at(), fc.nat(), letter, (index, place, by) => {
        const line = lines[index] ?? "";
        const cut = place % line.length;
        fc.pre(line.slice(cut, cut + 1) !== by);
        const text = `${line.slice(0, cut)}${by}${line.slice(cut + 1)}`;
        const changed = lines.with(index, text).flatMap((one) => one.split("\n"));
        const report = verify(changed, checkpoints);
        if (index < lines.length - 1) expect(names(report, index + 1)).toBe(true);
        else expect(report.tornLine ?? report.findings[0]?.line).toBeDefined();
      }),
      options,
    );
  });

  it("tells every record that is gone before the last checkpoint, and every one between two that are there", () => {
    const range = fc.tuple(at(), fc.nat({ max: 200 }));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), (ranges) => {
        const gone = new Set(
          ranges.flatMap(([from, more]) => Array.from({ length: more + 1 }, (_, index) => from + index)),
        );
        const kept = lines.filter((_, index) => !gone.has(index));
        const report = verify(kept, checkpoints);
        const last = kept.length === 0 ? 0 : linkOf(kept.at(-1)).seq;
        for (const index of gone)
          if (index < lines.length && index + 1 <= Math.max(anchored, last))
            expect(names(report, index + 1)).toBe(true);
      }),
      options,
    );
  });

  it.each([
    ["head", (cut: number) => lines.slice(cut)],
    ["tail", (cut: number) => lines.slice(0, -cut)],
  ])("tells a %s that was cut off", (end, cutAt) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: lines.length }), (cut) => {
        const report = verify(cutAt(cut), checkpoints);
        const gone = end === "head" ? 1 : anchored;
        if (end === "head" || lines.length - cut < anchored) expect(names(report, gone)).toBe(true);
        else expect(report.chains[0]?.anchored?.through).toBe(anchored);
      }),
      options,
    );
  });

  it("tells records that have changed places", () => {
    fc.assert(
      fc.property(at(), at(), (one, other) => {
        fc.pre(one !== other);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const swapped = lines.with(low, lines[high] ?? "").with(high, lines[low] ?? "");
        const report = verify(swapped, checkpoints);
        expect(
          report.findings.some(({ kind, from = 0, to = 0 }) => kind === "order" && from <= high + 1 && to >= low + 1),
        ).toBe(true);
      }),
      options,
    );
  });

  it("tells a record that stands there twice, wherever", () => {
    fc.assert(
      fc.property(at(), at(), (index, place) => {
        const report = verify(lines.toSpliced(place, 0, lines[index] ?? ""), checkpoints);
        expect(report.findings.map(({ kind }) => kind)).toContainEqual(expect.stringMatching(/twice|order/));
        expect(names(report, index + 1)).toBe(true);
      }),
      options,
    );
  });

  it("tells a line that is put in, and where", () => {
    fc.assert(
      fc.property(at(), fc.string(), (index, text) => {
        const [line = ""] = text.split("\n");
        const report = verify(lines.toSpliced(index, 0, line), checkpoints);
        expect(names(report, index + 1)).toBe(true);
      }),
      options,
    );
  });

  it("tells a forged record that is sealed into the chain", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: lines.length - 2 }), fc.boolean(), (index, isInstead) => {
        const forged = reseal(['{"kind":"stop","time":"2026-01-01T00:00:00.000Z"}'], linkOf(lines[index - 1]));
        const report = verify(lines.toSpliced(index, isInstead ? 1 : 0, ...forged), checkpoints);
        expect(names(report, index + 1) || names(report, index + 2)).toBe(true);
      }),
      options,
    );
  });

  it("tells a chain that was sealed anew from some record on, and never counts that as anchored", () => {
    fc.assert(
      fc.property(at(), fc.boolean(), (index, isShorter) => {
        const before = index === 0 ? { writer: linkOf(lines[0]).writer, seq: 0, hash: null } : linkOf(lines[index - 1]);
        const bodies = lines.slice(index).map(bodyOf);
        const rest = isShorter ? bodies.slice(1) : bodies.with(0, '{"kind":"stop","time":"2026-01-01T00:00:00.000Z"}');
        const report = verify([...lines.slice(0, index), ...reseal(rest, before)], checkpoints);
        expect(names(report, index + 1)).toBe(index < anchored);
        if (index < anchored) return;
        expect(messages(report)).toEqual([]);
        expect(report.chains[0]?.anchored?.through).toBe(anchored);
      }),
      options,
    );
  });

  it("tells a head that was dropped behind a forged record which says that it was pruned", () => {
    fc.assert(
      fc.property(atAnchored(), (cut) => {
        fc.pre(cut > 0);
        const { hash } = linkOf(lines[cut - 1]);
        const prune = `{"kind":"prune","time":"2026-01-01T00:00:00.000Z","through":${cut},"throughHash":"${hash}"}`;
        const report = verify([...lines.slice(cut), ...reseal([prune], linkOf(lines.at(-1)))], checkpoints);
        expect(names(report, cut)).toBe(true);
        expect(names(report, 1)).toBe(true);
      }),
      options,
    );
  });
});
