// Some of the recorded runs, through a running sidecar: what it stops of a real agent's calls, and what it lets pass.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kindOf, readRecording, writeTools } from "../../bench/airline/recording.ts";
import { type Replayed, replay } from "../../bench/airline/replay.ts";
import { report } from "../../bench/airline/report.ts";

const recording = readRecording(join(import.meta.dirname, "../data/tau-airline/trajectories.jsonl"));
const isWrite = (tool: string): boolean => writeTools.has(tool);

/** `wrong cancel_reservation forbidden_by_rule` */
const lineOf = ({ run, call, refusal }: Replayed): string =>
  `${kindOf(run, call)} ${call.tool} ${refusal?.code ?? "forwarded"}`;

const replayTask = async (task: number, trial: number): Promise<readonly string[]> => {
  const runs = recording.filter((run) => run.task === task && run.trial === trial);
  const replayed = await replay(runs, isWrite);
  return replayed.filter(({ call }) => isWrite(call.tool)).map(lineOf);
};

describe("a replay of recorded runs", () => {
  it("knows which writes were right, wrong and rejected", () => {
    const kinds = recording.flatMap((run) =>
      run.calls.filter(({ tool }) => isWrite(tool)).map((call) => kindOf(run, call)),
    );
    expect(["right", "wrong", "rejected"].map((kind) => kinds.filter((one) => one === kind).length)).toEqual([
      46, 42, 33,
    ]);
  });

  it("stops a booking with two certificates, and the one before it that would have been rejected", async () => {
    expect(await replayTask(0, 1)).toEqual([
      "rejected book_reservation check_failed",
      "wrong book_reservation check_failed",
    ]);
  });

  it("lets a run pass whose data were right at the end", async () => {
    expect(await replayTask(5, 1)).toEqual([
      "right update_reservation_passengers forwarded",
      "wrong update_reservation_flights forwarded", // as the reservation lists its flights: the same in other words
      "right update_reservation_baggages forwarded",
    ]);
  });

  it("sends the agent to the profile for a payment method out of thin air, and lets the right one pass", async () => {
    const replayed = await replay(
      recording.filter(({ task, trial }) => task === 26 && trial === 0),
      isWrite,
    );
    const made = replayed.filter(({ call }) => isWrite(call.tool));
    expect(made.map(lineOf)).toEqual([
      "right cancel_reservation forwarded",
      "rejected update_reservation_flights precondition_missing",
      "right update_reservation_flights forwarded",
    ]);
    expect(made[1]?.refusal?.next?.map(({ tool }) => tool)).toContain("get_user_details");
    const lines: string[] = [];
    report([], replayed, (line) => lines.push(line));
    expect(lines.join("\n")).toContain("Writes that the backend rejected: 1; refused before they are sent: 1");
  });

  it("refuses every wrong cancellation of two more runs with the clause, and no right one", async () => {
    expect(await replayTask(33, 1)).toEqual([
      "right cancel_reservation forwarded",
      "wrong cancel_reservation forbidden_by_rule",
    ]);
    expect(await replayTask(30, 1)).toEqual([
      "right cancel_reservation forwarded",
      "right cancel_reservation forwarded",
    ]);
  });
});
