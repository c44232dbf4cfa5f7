// One sidecar for the tests of a file, which starts before them and ends behind them.
import { afterAll, beforeAll } from "vitest";
import { type Stage, type StageOptions, startStage } from "./stage.ts";

/** Gives the stage once the tests run. */
export const onStage = (options: () => StageOptions | Promise<StageOptions> = () => ({})): (() => Stage) => {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await startStage(await options());
  });
  afterAll(() => stage?.stop());
  return () => {
    if (stage === undefined) throw new Error("the stage is there when tests run");
    return stage;
  };
};
