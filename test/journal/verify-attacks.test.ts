// What somebody does to a journal of twenty records, and what he is told of it word by word: with a checkpoint of record 15.
import { describe, expect, it } from "vitest";
import { seal } from "../../src/journal/chain.ts";
import { bodyOf, linkOf, messages, reseal, verify } from "./signed.ts";
import {
  OTHER,
  TIME,
  W,
  again,
  alone,
  begin,
  body,
  line,
  lines,
  newer,
  prune,
  renamed,
  rest,
  signed,
} from "./twenty.ts";

type Attack = readonly [what: string, lines: readonly string[], messages: readonly string[]];

const ATTACKS: readonly Attack[] = [
  ["a letter changed", lines.with(6, line(7).replace("stop", "stup")), [`line 7: record 7 of ${W} was changed`]],
  [
    "letters changed in two records in a row",
    lines.with(6, line(7).replace("stop", "stup")).with(7, line(8).replace("stop", "stup")),
    [`line 7: records 7–8 of ${W} were changed`],
  ],
  [
    "a record changed, with its own hash anew",
    lines.with(6, alone(7, body(70))),
    [`record 8 of ${W} does not follow from record 7: one of the two was written anew`],
  ],
  [
    "a record made to follow from another one",
    lines.with(6, seal(body(7), { ...linkOf(line(5)), seq: 6 }).line),
    [
      `record 7 of ${W} does not follow from record 6: one of the two was written anew`,
      `record 8 of ${W} does not follow from record 7: one of the two was written anew`,
    ],
  ],
  [
    "all sealed anew from a record on",
    again(7, [body(70), ...rest(8)]),
    [
      `records 1–15 of ${W} were written anew, or some of them: record 15 is not the one that the checkpoint of ${TIME} has seen`,
    ],
  ],
  [
    "a record taken out and the others renumbered",
    again(7, rest(8)),
    [
      `records 1–15 of ${W} were written anew, or some of them: record 15 is not the one that the checkpoint of ${TIME} has seen`,
    ],
  ],
  [
    "so many taken out that the checkpoint is not reached",
    again(7, rest(17)),
    [`records 11–15 of ${W} are missing at the end: the checkpoint of ${TIME} has seen record 15`],
  ],
  ["a record taken out", lines.toSpliced(6, 1), [`record 7 of ${W} is missing`]],
  ["records taken out", lines.toSpliced(6, 4), [`records 7–10 of ${W} are missing`]],
  [
    "the first record taken out",
    lines.slice(1),
    [`record 1 of ${W} is missing, and nothing signed says that it was dropped`],
  ],
  [
    "the head taken off",
    lines.slice(9),
    [`records 1–9 of ${W} are missing, and nothing signed says that they were dropped`],
  ],
  [
    "the head taken off, and a record written that says it was pruned",
    [...lines.slice(9), ...reseal([prune(9)], linkOf(line(20)))],
    [`records 1–9 of ${W} are missing, and nothing signed says that they were dropped`],
  ],
  [
    "the tail taken off",
    lines.slice(0, 12),
    [`records 13–15 of ${W} are missing at the end: the checkpoint of ${TIME} has seen record 15`],
  ],
  [
    "the tail taken off, and another one written",
    again(13, [body(1), body(2), body(3)]),
    [
      `records 1–15 of ${W} were written anew, or some of them: record 15 is not the one that the checkpoint of ${TIME} has seen`,
    ],
  ],
  [
    "two records that have changed places",
    lines.with(6, line(8)).with(7, line(7)),
    [`line 8: record 7 of ${W} stands behind record 8`],
  ],
  [
    "two records that have changed places, one of them written anew",
    lines.with(6, line(8)).with(7, alone(7, body(70))),
    [
      `line 8: record 7 of ${W} stands behind record 8`,
      `record 8 of ${W} does not follow from record 7: one of the two was written anew`,
    ],
  ],
  [
    "records moved to the end",
    [...lines.toSpliced(6, 3), ...lines.slice(6, 9)],
    [`line 18: records 7–9 of ${W} stand behind record 20`],
  ],
  ["a record written twice", lines.toSpliced(7, 0, line(7)), [`line 8: record 7 of ${W} stands there once more`]],
  ["a line of something else", lines.toSpliced(7, 0, "hello"), ["line 8 is no record"]],
  ["an empty line", lines.toSpliced(7, 0, ""), ["line 8 is no record"]],
  [
    "a record of a form that is not known",
    lines.toSpliced(7, 0, newer(line(7))),
    ["line 8 is a record of another form: verify it with the checkrein that wrote it"],
  ],
  [
    "all of it, under another name",
    reseal(lines.map(bodyOf), begin(OTHER)),
    [`no record of ${W} is there: the checkpoint of ${TIME} has seen 15`],
  ],
  ["all of it gone", [], [`no record of ${W} is there: the checkpoint of ${TIME} has seen 15`]],
  [
    "the name of one record changed",
    lines.with(6, renamed(line(7))),
    [`line 7: record 7 of ${OTHER} was changed`, `record 7 of ${W} is missing`],
  ],
  [
    "the number of one record changed",
    lines.with(6, line(7).replace('"seq":7', '"seq":9')),
    [`line 7: record 9 of ${W} was changed`, `record 7 of ${W} is missing`],
  ],
];

describe("an attack on what a checkpoint has seen", () => {
  it.each(ATTACKS)("is told: %s", (_what, attacked, want) => {
    expect(messages(verify(attacked, [signed]))).toEqual(want);
  });
});
