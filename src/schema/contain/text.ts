// Texts: lengths by their numbers, patterns and formats by their names. Of two different patterns nothing is said.
import { canonicalJson } from "../../json/canonical.ts";
import { type Form, type Gap, least, most, numbersOf } from "./node.ts";

export const lengthsOf = ({ parts }: Form): readonly [from: number, to: number] => [
  most(numbersOf(parts, "minLength"), 0),
  least(numbersOf(parts, "maxLength"), Infinity),
];

const shapesOf = ({ parts }: Form): ReadonlySet<string> =>
  new Set(
    parts.flatMap((part) =>
      ["pattern", "format", "x-format"].flatMap((keyword) =>
        part[keyword] === undefined ? [] : [`${keyword} ${canonicalJson(part[keyword])}`],
      ),
    ),
  );

/** `textsOf` gives texts of the inner form of about these lengths. */
export const textGaps = (
  inner: Form,
  outer: Form,
  textsOf: (form: Form, lengths: readonly number[]) => readonly string[],
): readonly Gap[] => {
  const [[from, to], [least, most]] = [lengthsOf(inner), lengthsOf(outer)];
  const own = shapesOf(inner);
  const isShaped = [...shapesOf(outer)].every((shape) => own.has(shape));
  return from >= least && to <= most && isShaped
    ? []
    : [{ at: "", tries: textsOf(inner, [from, to, least - 1, most + 1]) }];
};

export const areLengthsApart = (one: Form, other: Form): boolean => {
  const [[from, to], [least, most]] = [lengthsOf(one), lengthsOf(other)];
  return to < least || most < from;
};
