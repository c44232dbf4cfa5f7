// Secret fields: no log, journal, refusal or metric shows their values. The mark is metadata, so that it stays with
// the schema through optional, nullable and further checks, and stands in the JSON Schema as `x-secret`.
import type { z } from "zod";
import type { Plan } from "./plan.ts";
import { plansOf } from "./plan.ts";
import type { Walked } from "./walk.ts";

/** Marks a field whose values nobody may see. The schema given in stays as it is. */
export const secretField = <T extends z.ZodType>(schema: T): T => {
  const { id: _, ...metadata } = schema.meta() ?? {};
  return schema.meta({ ...metadata, "x-secret": true });
};

const innerPlans = (plan: Plan): readonly Plan[] => plan.parts.flatMap(plansOf);

// Adds what `next` finds until nothing is added: plans can be recursive.
const closure = (start: Iterable<Plan>, next: (reached: ReadonlySet<Plan>) => Iterable<Plan>): ReadonlySet<Plan> => {
  const reached = new Set(start);
  for (let size = -1; size !== reached.size;) {
    size = reached.size;
    for (const plan of next(reached)) reached.add(plan);
  }
  return reached;
};

/** The plans whose value is a secret, has one inside, or stands inside one. Asked before the plans are pruned. */
export const exposedPlans = ({ schemas }: Walked): ReadonlySet<Plan> => {
  const all = [...schemas.keys()];
  const marked = all.filter((plan) => schemas.get(plan)?.["x-secret"] === true);
  const around = closure(marked, (reached) =>
    all.filter((plan) => innerPlans(plan).some((inner) => reached.has(inner))),
  );
  const inside = closure(marked, (reached) => [...reached].flatMap(innerPlans));
  return new Set([...around, ...inside]);
};
