// Room for answers: given back with the call, and never taken by one that has ended.
import { expect, it } from "vitest";
import { createRooms } from "../../../src/ingress/admission/rooms.ts";

it("is not taken any more by a call that has ended, whose answer still comes", async () => {
  const rooms = createRooms(1000);
  const one = rooms.open("a");
  expect(one.take(400)).toBeUndefined();
  one.close();
  expect(one.take(900)).toBeUndefined();
  expect(rooms.used()).toBe(0);
});

it("lets what a call waits for through when the call has ended, and counts none of it", async () => {
  const rooms = createRooms(1000);
  const [one, other] = [rooms.open("a"), rooms.open("b")];
  expect(one.take(500)).toBeUndefined();
  const waiting = other.take(900);
  expect(waiting).toBeInstanceOf(Promise);
  other.close();
  await waiting;
  expect(rooms.used()).toBe(500);
  one.close();
  expect(rooms.used()).toBe(0);
});
