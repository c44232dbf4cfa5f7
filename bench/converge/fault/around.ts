// What is wrong around the arguments: the tool's name, and what was called before.
import { isDeepStrictEqual } from "node:util";
import type { Fault, Subject } from "../fault.ts";
import type { Random } from "../random.ts";
import { clarityOf, isNear, misspellingsOf } from "../words.ts";
import { isMembers } from "../../../test/support/json.ts";

export const wrongNames = ({ call, tools }: Subject, random: Random): readonly Fault[] => {
  const words = misspellingsOf(call.tool, random).filter(({ word }) => !tools.includes(word));
  const chosen = ["style", "edit"].flatMap((kind) => words.find((one) => one.kind === kind) ?? []);
  const misspelt = chosen.map(({ kind, word }): Fault => {
    const fix = clarityOf(word, call.tool, tools);
    const told = { class: "fix_tool", keyword: "tool", value: call.tool } as const;
    return {
      class: "wrong tool name",
      kind: kind === "style" ? "name in another style" : "name with an edit",
      fix,
      ...(fix === "one" ? {} : { told }),
      call: { ...call, tool: word },
    };
  });
  const far = random.pick(["zzqx", "qqqqqqq"].filter((word) => !tools.some((other) => isNear(word, other))));
  if (far === undefined) return misspelt;
  const strange: Fault = {
    class: "wrong tool name",
    kind: "a name near to none",
    fix: "none",
    told: { class: "fix_tool" },
    call: { ...call, tool: far },
  };
  return [...misspelt, strange];
};

/**
 * One of the earlier calls is not made. It can be made up for where all its arguments stand in the call itself. Where it has
 * none, a reader may or may not know that this very call is missing; where others were made, rules judge by what they show.
 */
export const wrongOrders = ({ call, past }: Subject): readonly Fault[] =>
  past.map(({ tool, arguments: args }, without): Fault => {
    const given = Object.entries(Object(args));
    const own = isMembers(call.arguments) ? call.arguments : {};
    const isSaid = given.every(([name, value]) => isDeepStrictEqual(own[name], value));
    const fix = given.length === 0 || past.length > 1 ? "unclear" : isSaid ? "one" : "none";
    const told = { class: "fix_order", keyword: "next", value: tool } as const;
    return { class: "wrong order", kind: `without ${tool}`, fix, ...(fix === "one" ? {} : { told }), call, without };
  });
