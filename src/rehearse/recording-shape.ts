// Whether a journal can show all that rules may ask about: from the heads of its lines alone, because it may be long.
import type { DatabaseSync } from "node:sqlite";
import type { OwnRecord } from "../journal/record-form.ts";

export interface Shape {
  /** Every chain begins with its first record, none is missing, none was lost, and nothing was remembered before. */
  readonly isWhole: boolean;
  /** Several sidecars wrote side by side. */
  readonly isMixed: boolean;
}

const HEAD = /^\{"v":\d+,"writer":"(\w+)","seq":(\d+),"prev":[^,]*,"kind":"(\w+)"/;
/** Longer than what it reads. */
const HEAD_LENGTH = 160;

export const readShape = (tables: DatabaseSync): Shape => {
  const heads = tables.prepare(`SELECT substr(text, 1, ${HEAD_LENGTH}) AS head FROM line ORDER BY seq`);
  const last = new Map<string, number>();
  let writer = "";
  let isWhole = remembersNothing(tables);
  let isMixed = false;
  for (const { head } of heads.iterate()) {
    const [, name = "", seq = "", kind = ""] = HEAD.exec(String(head)) ?? [];
    if (Number(seq) !== (last.get(name) ?? 0) + 1 || kind === "gap" || kind === "torn") isWhole = false;
    if (name !== writer && last.has(name)) isMixed = true;
    last.set(name, Number(seq));
    writer = name;
  }
  return { isWhole, isMixed };
};

/** The first start found a store that had nothing of before. */
const remembersNothing = (tables: DatabaseSync): boolean => {
  const start = tables
    .prepare("SELECT text FROM line JOIN record USING (seq) WHERE kind = 'start' ORDER BY seq LIMIT 1")
    .get();
  if (start === undefined) return false;
  const { state } = JSON.parse(String(start["text"])) as Extract<OwnRecord, { kind: "start" }>; // its kind was asked for
  return !state.isKept;
};
