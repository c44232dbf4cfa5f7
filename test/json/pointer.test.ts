// JSON Pointer, with the examples of RFC 6901, section 5.
import { describe, expect, it, test } from "vitest";
import { escapePointer, unescapePointer, valueAt, valuesAt } from "../../src/json/pointer.ts";

const document: unknown = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8,"~1":9,"__proto__":10}',
);

describe("a pointer", () => {
  test.each([
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/e^f", 3],
    ["/g|h", 4],
    ["/i\\j", 5],
    ['/k"l', 6],
    ["/ ", 7],
    ["/m~0n", 8],
    ["/~01", 9],
    ["/__proto__", 10],
  ])("'%s' leads to its value", (pointer, value) => expect(valueAt(document, pointer)).toEqual(value));

  test.each(["/foo/2", "/foo/00", "/foo/-", "/foo/length", "/foo/0/0", "/foo/0/length", "/toString", "/a/b", "/x/y"])(
    "'%s' leads nowhere",
    (pointer) => expect(valueAt(document, pointer)).toBeUndefined(),
  );
});

it("gives every name back as it was", () => {
  for (const name of ["", "a", "/", "~", "~1", "~0", "~01", "a/b~", "//~~"]) {
    expect(unescapePointer(escapePointer(name))).toBe(name);
    expect(escapePointer(name)).not.toContain("/");
  }
});

describe("a pattern", () => {
  const orders: unknown = JSON.parse(
    '{"orders":[{"id":"a","tags":["x","y"]},{"id":"b"},{"tags":[]},null,"id"],"by/id":{"k~1":{"n":1},"__proto__":{"n":2}},"gone":null}',
  );

  test.each<[string, readonly (readonly [string, unknown])[]]>([
    ["", [["", orders]]],
    ["/gone", [["/gone", null]]],
    [
      "/orders/*/id",
      [
        ["/orders/0/id", "a"],
        ["/orders/1/id", "b"],
      ],
    ],
    [
      "/orders/*/tags/*",
      [
        ["/orders/0/tags/0", "x"],
        ["/orders/0/tags/1", "y"],
      ],
    ],
    ["/orders/1/id", [["/orders/1/id", "b"]]],
    [
      "/by~1id/*/n",
      [
        ["/by~1id/k~01/n", 1],
        ["/by~1id/__proto__/n", 2],
      ],
    ],
  ])("'%s' leads to every value, with its place", (pattern, found) => {
    expect(valuesAt(orders, pattern).map(({ path, value }) => [path, value])).toEqual(found);
    for (const [path, value] of found) expect(valueAt(orders, path)).toEqual(value);
  });

  test.each([
    "/orders/*/length",
    "/orders/length",
    "/orders/4/*",
    "/gone/*",
    "/toString",
    "/*/constructor",
    "/orders/*/*/*/*",
  ])("'%s' leads nowhere", (pattern) => expect(valuesAt(orders, pattern)).toEqual([]));
});
