// Random sequences of claims, settlements, time steps, decisions and restarts: each store answers what the model answers.
import fc from "fast-check";
import { it } from "vitest";
import { isLong, seed } from "../support/seed.ts";
import { storeKinds } from "../support/stores.ts";
import { createModel } from "./model.ts";
import { commandsOf, type Modelled, type Real } from "./model-commands.ts";

const START = 1_785_240_000_000;

it.each(storeKinds.map((kind) => [kind.name, kind] as const))(
  "%s answers what the model answers",
  { timeout: isLong ? 600_000 : 60_000 },
  async (_, kind) => {
    await fc.assert(
      fc.asyncProperty(commandsOf(kind.isDurable), async (commands) => {
        const home = await kind.start();
        const open = () => home.open(() => real.time);
        const real: Real = {
          time: START,
          store: await home.open(() => START),
          reopen: async () => {
            await real.store.close();
            real.store = await open();
          },
        };
        await real.reopen();
        try {
          const model: Modelled = { ...createModel(START), claims: new Map() };
          await fc.asyncModelRun(() => ({ model, real }), commands);
        } finally {
          await real.store.close();
          await home.stop();
        }
      }),
      { seed, numRuns: (kind.isDurable ? 100 : 1500) * (isLong ? 20 : 1) },
    );
  },
);
