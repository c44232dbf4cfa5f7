// The injector, by what it does to a call: where it says that one fix exists, what was done can be undone to the last
// character; where it says that none does, nothing is left to undo it by.
import { expect, it } from "vitest";
import { pointerOf, setAt, valueAt } from "../../bench/converge/edit.ts";
import { type ArgumentFault, type Fault, faultClasses } from "../../bench/converge/fault.ts";
import { argumentFaults, injectFaults } from "../../bench/converge/inject.ts";
import { createRandom } from "../../bench/converge/random.ts";
import { clarityOf, editsBetween } from "../../bench/converge/words.ts";
import { canonical, isMembers } from "../support/json.ts";
import { subjectOf } from "./subject.ts";

const subject = subjectOf();
const original = subject.call.arguments;

/** With many seeds, so that every kind of fault has its turn. */
const all: readonly ArgumentFault[] = Array.from({ length: 40 }, (_, seed) =>
  argumentFaults(subject, createRandom(seed)),
).flat();

const withOne = (name: string): readonly ArgumentFault[] =>
  all.filter((fault) => fault.class === name && fault.fix === "one");

/** Those, too, that would move a secret. */
const mendable = (name: string): readonly ArgumentFault[] =>
  all.filter((fault) => fault.class === name && fault.fix !== "none");

const expectUndone = (
  name: string,
  undo: (args: unknown, fault: ArgumentFault) => unknown,
  faults = withOne(name),
): void => {
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) expect(undo(fault.apply(original), fault), fault.kind).toEqual(original);
};

const rewritten = (args: unknown, { touched }: ArgumentFault, read: (value: unknown) => unknown): unknown =>
  setAt(args, touched, read(valueAt(args, touched)));

it("makes calls that are not valid, and leaves the valid one as it was", () => {
  const before = canonical(original);
  expect(subject.shape.isValid(original)).toBe(true);
  for (const { apply, kind } of all) expect(subject.shape.isValid(apply(original)), kind).toBe(false);
  expect(canonical(original)).toBe(before);
});

it("writes numbers, booleans and digits in the other type, so that they can be read back", () => {
  expectUndone("wrong type", (args, fault) =>
    rewritten(args, fault, (value) => (typeof value === "string" ? JSON.parse(value) : String(value))),
  );
});

it("writes objects and lists as JSON text, the whole of the arguments too", () => {
  const faults = mendable("stringified");
  expectUndone("stringified", (args, fault) => rewritten(args, fault, (value) => JSON.parse(String(value))), faults);
  // The whole has a secret in it, which no answer has to write anew.
  expect(new Set(faults.filter(({ touched }) => touched.length === 0).map(({ fix }) => fix))).toEqual(
    new Set(["unclear"]),
  );
});

it("gives one for a list of one, and a list of one for one", () => {
  expectUndone("one for a list", (args, fault) =>
    rewritten(args, fault, (value) => (Array.isArray(value) ? value[0] : [value])),
  );
});

it("misspells members, so that the name alone is wrong", () => {
  const kinds = new Set(withOne("misspelt member").map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(["name in another style", "name with an edit"]));
  expectUndone("misspelt member", (args, { renamed }) => {
    const { object = [], wrong = "", right = "" } = renamed ?? {};
    const { [wrong]: item, ...rest } = Object(valueAt(args, object));
    return setAt(args, object, { ...rest, [right]: item });
  });
});

it("misspells an enum value, which stays the nearest", () => {
  const values = ["damaged", "late", "out_of_stock"];
  const plain = (text: unknown): string =>
    String(text)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, "");
  expectUndone("misspelt enum", (args, fault) =>
    rewritten(args, fault, (value) =>
      values
        .toSorted((one, other) => editsBetween(plain(one), plain(value)) - editsBetween(plain(other), plain(value)))
        .at(0),
    ),
  );
});

/** Names and values of everything that is no object, wherever it stands. */
const leavesOf = (value: unknown, name = ""): readonly string[] =>
  isMembers(value)
    ? Object.entries(value).flatMap(([own, item]) => leavesOf(item, own))
    : [`${name} ${canonical(value)}`];

it("moves members to another level, and loses none", () => {
  const faults = mendable("wrong nesting");
  const kinds = new Set(faults.map(({ kind }) => kind));
  expect(kinds.size).toBe(6);
  for (const { apply, kind } of faults)
    expect([...leavesOf(apply(original))].sort(), kind).toEqual([...leavesOf(original)].sort());
});

it("writes dates otherwise, and the same day and time can be read", () => {
  const timeOf = (text: unknown): number =>
    /\d\d:\d\d/.test(String(text))
      ? Date.parse(
          String(text)
            .replaceAll("/", "-")
            .replace(" ", "T")
            .replace(/([+-]\d\d)(\d\d)$/, "$1:$2"),
        )
      : Date.parse(`${String(text)} UTC`);
  for (const { apply, touched, kind } of withOne("wrong date writing"))
    expect(timeOf(valueAt(apply(original), touched)), kind).toBe(timeOf(valueAt(original, touched)));
  const none = all.filter((fault) => fault.class === "wrong date writing" && fault.fix === "none");
  expect(new Set(none.map(({ kind }) => kind))).toEqual(
    new Set(["date: day and month in either order", "date-time: no offset"]),
  );
});

it("says that no fix exists for what is lost: extra and missing members, values out of range, secrets, a zero in front", () => {
  const fixOf = (of: string, path: string): readonly string[] => [
    ...new Set(all.filter((one) => one.class === of && pointerOf(one.touched) === path).map(({ fix }) => fix)),
  ];
  expect(
    all.filter((one) => ["extra member", "out of range"].includes(one.class)).every(({ fix }) => fix === "none"),
  ).toBe(true);
  expect(fixOf("missing member", "/version")).toEqual(["one"]);
  expect(fixOf("missing member", "/amount")).toEqual(["none"]);
  expect(fixOf("misspelt member", "/pin")).toEqual(["none"]);
  expect(fixOf("one for a list", "/pin")).toEqual(["none"]);
  const zero = all.filter(({ kind, touched }) => kind === "digits as number" && touched[0] === "zeroCode");
  expect(zero.map(({ fix }) => fix)).toContain("none");
  for (const { fix, told } of all.filter((one) => one.fix !== "unclear"))
    expect(told === undefined).toBe(fix === "one");
});

it("takes a word for what it is only as near to as to nothing else", () => {
  expect(clarityOf("amuont", "amount", ["orderId", "reason"])).toBe("one");
  expect(clarityOf("pag", "page", ["tag"])).toBe("none");
  expect(clarityOf("orderIdd", "orderId", ["orderIds"])).toBe("none");
  expect(clarityOf("order_id", "orderId", ["orderIds"])).toBe("one"); // equal but for the style
});

it("puts two and three faults at places of their own, of which each alone has a fix", () => {
  const several = Array.from({ length: 20 }, (_, seed) =>
    injectFaults(subject, { random: createRandom(seed), most: 3 }),
  )
    .flat()
    .filter((fault): fault is Fault => fault.class.endsWith("at once"));
  expect(several.length).toBeGreaterThan(50);
  for (const { class: of, kind, fix, told } of several) {
    expect(kind.split(" + ")).toHaveLength(of === "two at once" ? 2 : 3);
    expect(told === undefined).toBe(fix === "one");
  }
});

it("leaves out an earlier call, which the call itself can name where it has all of its arguments", () => {
  const seen = { tool: "get_order", arguments: { orderId: "ord_1001" }, result: {} };
  const faultsOf = (past: readonly (typeof seen)[]): readonly Fault[] =>
    injectFaults(subjectOf({}, { past }), { random: createRandom(1), most: 3, only: "wrong order" });
  expect(faultsOf([seen]).map(({ fix, without }) => ({ fix, without }))).toEqual([{ fix: "one", without: 0 }]);
  expect(faultsOf([{ ...seen, arguments: { orderId: "ord_2" } }])[0]?.fix).toBe("none");
  expect(faultsOf([seen, seen]).map(({ fix }) => fix)).toEqual(["unclear", "unclear"]);
});

it("makes the same faults with the same seed, of every class", () => {
  const past = [{ tool: "get_order", arguments: { orderId: "ord_1001" }, result: {} }];
  const make = (seed: number): readonly Fault[] =>
    injectFaults(subjectOf({}, { past }), { random: createRandom(seed), most: 2 });
  expect(canonical(make(7))).toBe(canonical(make(7)));
  expect(canonical(make(7))).not.toBe(canonical(make(8)));
  const made = new Set(make(7).map((fault) => fault.class));
  expect(faultClasses.filter((name) => !made.has(name))).toEqual([]);
});
