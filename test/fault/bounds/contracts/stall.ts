import { check, defineContract } from "checkrein";
import { well } from "./backends.ts";
import { Thing } from "./tools.ts";

/** A function of a contract that takes its time: nothing else happens meanwhile. */
const stand = (milliseconds: number): void => {
  for (const until = performance.now() + milliseconds; performance.now() < until;);
};

export default defineContract({
  tool: "stall",
  description: "Hold everything up.",
  operation: well.get("/things/{id}"),
  input: Thing,
  rest: false,
  rules: [
    check("stands", ({ args }) => {
      stand(Number(args.id));
      return true;
    }),
  ],
});
