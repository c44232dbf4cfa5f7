// The arguments of the seven tools, out of the catalogue's own contract set: one norm, no second copy that could differ.
import { jsonSchema } from "checkrein";
import set from "../../data/cases/contracts.json" with { type: "json" };

export const argumentsOf = (name: string): ReturnType<typeof jsonSchema> => {
  const tool = set.tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`the contract set has no tool ${name}`);
  return jsonSchema(tool.args);
};
