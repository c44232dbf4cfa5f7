// JSON Patch as RFC 6902 has it: the same as a library that is not ours, on values and patches of every kind.
import fc from "fast-check";
import { applyPatch as applyElsewhere } from "rfc6902";
import { describe, expect, it } from "vitest";
import { applyPatch, isWithin } from "../../src/json/patch.ts";
import type { PatchOperation } from "../../src/refusal.ts";
import { seed } from "../support/seed.ts";

describe("applyPatch", () => {
  it.each([
    [{ a: 1 }, [{ op: "replace", path: "/a", value: 2 }], { a: 2 }],
    [{ a: 1 }, [{ op: "add", path: "/b", value: 2 }], { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, [{ op: "remove", path: "/a" }], { b: 2 }],
    [{ a: { c: 1 } }, [{ op: "move", from: "/a/c", path: "/c" }], { a: {}, c: 1 }],
    [{ list: [1, 3] }, [{ op: "add", path: "/list/1", value: 2 }], { list: [1, 2, 3] }],
    [{ list: [1] }, [{ op: "add", path: "/list/-", value: 2 }], { list: [1, 2] }],
    [{ list: [1, 2] }, [{ op: "replace", path: "/list/1", value: 3 }], { list: [1, 3] }],
    [{ list: [1, 2] }, [{ op: "remove", path: "/list/0" }], { list: [2] }],
    [{ "a/b~": 1 }, [{ op: "replace", path: "/a~1b~0", value: 2 }], { "a/b~": 2 }],
    [{ a: [{ b: 1 }] }, [{ op: "replace", path: "/a/0/b", value: 2 }], { a: [{ b: 2 }] }],
    ["text", [{ op: "replace", path: "", value: { a: 1 } }], { a: 1 }],
  ] as readonly (readonly [unknown, readonly PatchOperation[], unknown])[])(
    "%j with %j is %j",
    (value, patch, want) => {
      const before = structuredClone(value);
      expect(applyPatch(value, patch)?.value).toEqual(want);
      expect(value).toEqual(before);
    },
  );

  it.each([
    [{ a: 1 }, [{ op: "replace", path: "/b", value: 2 }]],
    [{ a: 1 }, [{ op: "remove", path: "/a/b" }]],
    [{ list: [1] }, [{ op: "add", path: "/list/3", value: 2 }]],
    [{ list: [1] }, [{ op: "replace", path: "/list/length", value: 2 }]],
    [{ list: [1] }, [{ op: "add", path: "/list/01", value: 2 }]],
    [{}, [{ op: "replace", path: "/toString", value: 2 }]],
    [{}, [{ op: "add", path: "/a/b", value: 2 }]],
    [
      { a: 1 },
      [
        { op: "replace", path: "/a", value: 2 },
        { op: "remove", path: "/b" },
      ],
    ],
  ] as readonly (readonly [unknown, readonly PatchOperation[]])[])("%j takes no part of %j", (value, patch) => {
    expect(applyPatch(value, patch)).toBeUndefined();
  });

  it("reaches no prototype", () => {
    const patched = applyPatch({}, [{ op: "add", path: "/__proto__", value: { admin: true } }]);
    expect(Object.hasOwn(Object(patched?.value), "__proto__")).toBe(true);
    expect(Reflect.get({}, "admin")).toBeUndefined();
  });

  it("does what another library does", () => {
    const names = fc.constantFrom("a", "b", "0", "1", "c/d");
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    const pointers = fc
      .array(names, { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map((part) => `/${part.replace("/", "~1")}`).join(""));
    const operations: fc.Arbitrary<PatchOperation> = fc.oneof(
      fc.record({ op: fc.constantFrom("add", "replace"), path: pointers, value: values }),
      fc.record({ op: fc.constant("remove"), path: pointers }),
      fc.record({ op: fc.constant("move"), from: pointers, path: pointers }),
    );
    fc.assert(
      fc.property(values, fc.array(operations, { minLength: 1, maxLength: 3 }), (value, patch) => {
        // The library moves a value into itself; RFC 6902 4.4 forbids it, and here it has no place.
        fc.pre(patch.every((step) => step.op !== "move" || !isWithin([step.from], step.path)));
        const theirs = structuredClone({ held: value });
        const steps = patch.map((step) => ({
          ...structuredClone(step),
          path: `/held${step.path}`,
          ...("from" in step ? { from: `/held${step.from}` } : {}),
        }));
        const ours = applyPatch(value, patch);
        if (ours === undefined) return; // the library takes more than RFC 6902 has, and members of numbers
        const failures = applyElsewhere(theirs, steps as Parameters<typeof applyElsewhere>[1]);
        expect(failures.every((failure) => failure === null)).toBe(true);
        expect(ours.value).toEqual(theirs.held);
      }),
      { seed, numRuns: 2000 },
    );
  });
});

describe("isWithin", () => {
  it("is a place and all that stands inside of it", () => {
    expect(["", "/a", "/a/b", "/ab", "/b"].map((path) => isWithin(["/a"], path))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(isWithin([""], "/a")).toBe(true);
  });
});
