// The query of a list that comes in pages: `?after=<id>&most=<1–1000>`.
import { type AdminRequest, type Answer, PROBLEMS, problem } from "./answer.ts";

export type ReadPage =
  | { readonly ok: true; readonly after: string | undefined; readonly most: number }
  | { readonly ok: false; readonly answer: Answer };

const MOST_LISTED = 1000;

export const readPage = ({ query }: Pick<AdminRequest, "query">): ReadPage => {
  const { after, most = "100", ...others } = query;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return refuse("The query takes `after` and `most`, nothing else.");
  const number = typeof most === "string" && /^\d{1,4}$/.test(most) ? Number(most) : 0;
  if (number < 1 || number > MOST_LISTED) return refuse(`\`most\` must be one whole number from 1 to ${MOST_LISTED}.`);
  if (after !== undefined && (typeof after !== "string" || after === ""))
    return refuse("`after` must be the id of one run: the `next` of the page before.");
  return { ok: true, after, most: number };
};

const refuse = (detail: string): ReadPage => ({ ok: false, answer: problem(PROBLEMS.badRequest, detail) });
