// Dates in writings other than RFC 3339's: some have one reading, some two.
import { type Path, pointerOf, setAt } from "../edit.ts";
import type { ArgumentFault } from "../fault.ts";
import { type Place, keywordOf } from "../shape.ts";

interface Writing {
  readonly kind: string;
  readonly text: string;
  readonly fix: "one" | "none";
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const ofDay = (text: string): readonly Writing[] => {
  const [year = "", month = "", day = ""] = text.split("-");
  const name = MONTHS[Number(month) - 1] ?? "";
  const one = (kind: string, written: string): Writing => ({ kind, text: written, fix: "one" });
  const isEitherWay = Number(day) <= 12 && day !== month;
  const two: Writing = { kind: "day and month in either order", text: `${month}/${day}/${year}`, fix: "none" };
  return [
    one("slashes", `${year}/${month}/${day}`),
    one("month by name", `${Number(day)} ${name} ${year}`),
    one("month by name, first", `${name} ${Number(day)}, ${year}`),
    one("month by name, in lower case", `${Number(day)} ${name.toLowerCase()} ${year}`),
    ...(isEitherWay ? [two] : []),
  ];
};

/** With capital T and Z alone: what stands there again can be compared. */
const FORM = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)$/;

const ofTime = (text: string): readonly Writing[] => {
  const [, day = "", time = "", offset = ""] = FORM.exec(text) ?? [];
  if (day === "" || Number(day.slice(0, 4)) < 1000) return [];
  const one = (kind: string, written: string): Writing => ({ kind, text: written, fix: "one" });
  const bare = offset === "Z" ? [] : [one("an offset without a colon", `${day}T${time}${offset.replace(":", "")}`)];
  return [
    one("a space for T", `${day} ${time}${offset}`),
    ...bare,
    one("slashes", `${day.replaceAll("-", "/")}T${time}${offset}`),
    { kind: "no offset", text: `${day}T${time}`, fix: "none" },
  ];
};

export const dateFaults = ({ path, value, meant, isSecret }: Place): readonly ArgumentFault[] => {
  const format = keywordOf(meant, "format");
  if (typeof value !== "string" || isSecret) return [];
  const writings = format === "date" ? ofDay(value) : format === "date-time" ? ofTime(value) : [];
  return writings.map((writing) => faultOf(path, String(format), writing));
};

const faultOf = (path: Path, format: string, { kind, text, fix }: Writing): ArgumentFault => {
  const told = { class: "fix_arguments", path: pointerOf(path), keyword: "format", value: format } as const;
  return {
    class: "wrong date writing",
    kind: `${format}: ${kind}`,
    fix,
    ...(fix === "one" ? {} : { told }),
    touched: path,
    apply: (args) => setAt(args, path, text),
  };
};
