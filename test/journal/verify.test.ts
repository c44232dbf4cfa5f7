// Chains that begin in the middle, several chains in one journal, checkpoints of all kinds, and what none of them has seen.
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { writeCheckpoint } from "../../src/journal/checkpoint.ts";
import { linkOf, messages, pair, reseal, verify } from "./signed.ts";
import { OTHER, TIME, W, again, body, chain, line, lines, otherKey, prune, rest, sign, signed } from "./twenty.ts";

describe("a chain that begins in the middle", () => {
  const later = lines.slice(9);
  const pruned = sign(line(9), { pruned: true });

  it("is whole where a signed checkpoint says that the rest was dropped", () => {
    const report = verify(later, [pruned, signed]);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([{ from: 10, to: 20, dropped: { through: 9, by: "checkpoint" } }]);
  });

  it("is whole where more was to be dropped, and the sidecar ended before", () => {
    expect(messages(verify(later, [sign(line(12), { pruned: true }), signed]))).toEqual([]);
  });

  it.each([
    ["an ordinary checkpoint", [sign(line(9)), signed]],
    ["a checkpoint that dropped less", [sign(line(8), { pruned: true }), signed]],
    ["a checkpoint that somebody else signed", [sign(line(9), { pruned: true, key: otherKey() }), signed]],
  ])("is not whole because of %s", (_what, checkpoints) => {
    expect(verify(later, checkpoints).findings).toContainEqual(expect.objectContaining({ kind: "head", to: 9 }));
  });

  it("is told where its first record does not follow from what was dropped", () => {
    const other = writeCheckpoint(
      { ...linkOf(line(9)), hash: linkOf(line(8)).hash },
      { time: TIME, pruned: true },
      pair.privateKey,
    );
    expect(messages(verify(later, [other, signed]))).toEqual([
      `record 10 of ${W} does not follow from record 9: one of the two was written anew`,
    ]);
  });

  it("is believed its own record from before the first checkpoint, when nothing was proven yet", () => {
    const own = [...lines, ...reseal([prune(9), body(22)], linkOf(line(20)))];
    const report = verify(own.slice(9), [sign(own[21])]);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([{ dropped: { through: 9, by: "record" } }]);
  });

  it("is believed its own record where nothing is signed at all, and not without one", () => {
    const own = [...later, ...reseal([prune(9)], linkOf(line(20)))];
    expect(messages(verify(own))).toEqual([]);
    expect(messages(verify(later))).toEqual([
      `records 1–9 of ${W} are missing, and nothing says that they were dropped`,
    ]);
  });
});

describe("several chains in one stream of lines", () => {
  const other = chain(OTHER, 12);
  const merged = lines.flatMap((one, index) => [one, ...(other[index] === undefined ? [] : [other[index]])]);
  const both = [signed, sign(other[9])];

  it("are verified each for itself", () => {
    const report = verify(merged, both);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([
      { writer: W, to: 20, anchored: { through: 15 } },
      { writer: OTHER, to: 12, anchored: { through: 10 } },
    ]);
  });

  it("are told apart where one of them is wrong", () => {
    expect(
      messages(
        verify(
          merged.filter((one) => one !== other[4]),
          both,
        ),
      ),
    ).toEqual([`record 5 of ${OTHER} is missing`]);
  });

  it("are told where one of them is gone", () => {
    expect(messages(verify(lines, both))).toEqual([
      `no record of ${OTHER} is there: the checkpoint of ${TIME} has seen 10`,
    ]);
  });

  it("are not anchored by each other's checkpoints", () => {
    expect(verify(merged, [signed]).chains[1]).not.toHaveProperty("anchored");
  });
});

describe("a checkpoint", () => {
  const text = (line: string): readonly string[] => messages(verify(lines, ["", signed, line]));

  it.each([
    ["that was changed", signed.replace('"seq":15', '"seq":14'), "its signature is wrong: it was changed"],
    [
      "that says it was pruned",
      signed.replace('"pruned":false', '"pruned":true'),
      "its signature is wrong: it was changed",
    ],
    ["that is half written", signed.slice(0, 80), "it is no checkpoint of this form"],
    ["that is something else", "hello", "it is no checkpoint of this form"],
  ])("%s is told by its line", (_what, line, why) => {
    expect(text(line)).toEqual([`checkpoints, line 3: ${why}`]);
  });

  it("of another key is told, unless that key is named, too", () => {
    const other = generateKeyPairSync("ed25519");
    const checkpoints = [signed, sign(line(18), { key: other.privateKey })];
    expect(messages(verify(lines, checkpoints))).toEqual([
      expect.stringMatching(/^checkpoints, line 2: it was signed with another key \([\w-]{16}\)$/),
    ]);
    const report = verify(lines, checkpoints, [pair.publicKey, other.publicKey]);
    expect(messages(report)).toEqual([]);
    expect(report.chains[0]?.anchored?.through).toBe(18);
  });

  it("is found in a log, among its other lines", () => {
    const log = ['{"level":30,"msg":"ready"}', JSON.stringify({ level: 30, checkpoint: signed, msg: "signed" })];
    expect(verify(lines, log).chains[0]?.anchored?.through).toBe(15);
  });

  it("has to be there where somebody asks for it", () => {
    expect(messages(verify(lines, []))).toEqual(["there is no checkpoint that this key has signed"]);
  });

  it("that is met again after one that is not does not hide the one that is not", () => {
    const forged = again(7, [body(70), ...rest(8)]);
    expect(messages(verify(forged, [sign(line(3)), signed, sign(forged[17])]))).toEqual([
      `records 4–15 of ${W} were written anew, or some of them: record 15 is not the one that the checkpoint of ${TIME} has seen`,
    ]);
  });
});

describe("what no checkpoint has seen", () => {
  it("is said not to be anchored, and a chain that breaks there is told all the same", () => {
    expect(verify(again(17, [body(1)]), [signed])).toMatchObject({
      findings: [],
      chains: [{ to: 17, anchored: { through: 15 } }],
    });
    expect(messages(verify(lines.toSpliced(17, 1), [signed]))).toEqual([`record 18 of ${W} is missing`]);
  });

  it("is told as torn where the last line is half a record", () => {
    const torn = [...lines.slice(0, 19), line(20).slice(0, 40)];
    expect(verify(torn, [signed])).toMatchObject({ findings: [], tornLine: 20, chains: [{ to: 19 }] });
    expect(messages(verify([...torn, line(20)], [signed]))).toEqual(["line 20 is no record"]);
  });

  it("is told as changed where the last line is whole", () => {
    expect(messages(verify(lines.with(19, line(20).replace("stop", "stup")), [signed]))).toEqual([
      `line 20: record 20 of ${W} was changed`,
    ]);
  });

  it("is bounded, of a journal that is wrong everywhere, and hides nothing of another kind", () => {
    const wrong = Array.from({ length: 3000 }, () => "hello");
    const report = verify([...wrong, ...lines.toSpliced(6, 1)], [signed]);
    expect(report).toMatchObject({ findings: { length: 201 }, more: 2800 });
    expect(messages(report)).toContain(`record 7 of ${W} is missing`);
  });
});
