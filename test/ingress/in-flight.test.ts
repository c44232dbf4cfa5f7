// What a request holds is given back once, when its answer is out and all that it began has ended, in whatever order.
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { beforeEach, expect, it } from "vitest";
import { type InFlight, createInFlight } from "../../src/ingress/in-flight.ts";

let answer: ServerResponse;
let inFlight: InFlight;
let ends: number;
beforeEach(() => {
  ends = 0;
  answer = new ServerResponse(new IncomingMessage(new Socket()));
  inFlight = createInFlight(answer, () => (ends += 1));
});

it("with the answer, where nothing goes on", async () => {
  expect(await inFlight.during(async () => "done")).toBe("done");
  expect(ends).toBe(0);
  answer.emit("close");
  expect(ends).toBe(1);
});

it("with the last of what goes on behind the answer", async () => {
  const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const both = [inFlight.during(() => one.promise), inFlight.during(() => other.promise)];
  answer.emit("close");
  one.resolve();
  await both[0];
  expect(ends).toBe(0);
  other.reject(new Error("broken"));
  await expect(both[1]).rejects.toThrow("broken");
  expect(ends).toBe(1);
});

it("and nothing begins after it, which nobody would count", async () => {
  answer.emit("close");
  let begun = false;
  await expect(inFlight.during(async () => (begun = true))).rejects.toThrow("given back");
  expect([begun, ends]).toEqual([false, 1]);
});
