// A difference of two schemas in a few words: the keywords that are not the same, as they were and as they are.
import { canonicalJson } from "../../json/canonical.ts";
import { fit } from "../../json/json-scalar.ts";
import type { Node } from "../../schema/contain/node.ts";
import { schemasAt } from "../../schema/location.ts";
import type { Pair } from "./finding.ts";

const MOST_SHOWN = 60;
const MOST_KEYWORDS = 3;

export const showJson = (value: unknown): string => fit(JSON.stringify(value) ?? String(value), MOST_SHOWN);

const TOLD = (
  "type const enum minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format x-format " +
  "minItems maxItems uniqueItems minContains maxContains required minProperties maxProperties dependentRequired"
).split(" ");

/** `maximum 100 → 500`; empty where the place's own keywords are the same. */
export const showChange = ({ old, now }: Pair<Node>, at: string): string => {
  const [before, after] = [keywordsAt(old, at), keywordsAt(now, at)];
  const changed = TOLD.filter((keyword) => before.get(keyword) !== after.get(keyword));
  const words = changed.map((keyword) => `${keyword} ${shown(before.get(keyword))} → ${shown(after.get(keyword))}`);
  const shownWords = words.slice(0, MOST_KEYWORDS).join(", ");
  return words.length > MOST_KEYWORDS ? `${shownWords}, …` : shownWords;
};

const shown = (text: string | undefined): string => (text === undefined ? "none" : fit(text, MOST_SHOWN));

/** What schemas say at a place, whichever branch is taken, each keyword with all its values. */
const keywordsAt = ({ document, schemas }: Node, at: string): ReadonlyMap<string, string> => {
  const path = at.replaceAll("/*", "/0");
  const here = schemasAt({ allOf: [...schemas] }, path, document.evaluator.target);
  return new Map(
    TOLD.flatMap((keyword) => {
      const texts = here
        .filter((schema) => Object.hasOwn(schema, keyword))
        .map((schema) => canonicalJson(schema[keyword]));
      return texts.length === 0 ? [] : [[keyword, [...new Set(texts)].join(" or ")] as const];
    }),
  );
};
