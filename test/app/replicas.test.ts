// What sidecars that share a Redis must have alike, and what each may have by itself.
import { describe, expect, it } from "vitest";
import { replicaProblems } from "../../src/replicas.ts";

const place = (state: string, signingKey = "", playback = ""): readonly string[] =>
  replicaProblems({ state, signingKey, playback }).map((problem) => problem.place);

describe("a signing key", () => {
  it.each(["redis://127.0.0.1:6379", "rediss://user:password@redis.example.com:6379/1"])(
    "is needed at %s: one that is made at start is no other sidecar's",
    (state) => {
      expect(place(state)).toEqual(["CHECKREIN_SIGNING_KEY"]);
      expect(place(state, "one that all of them have, 32 bytes")).toEqual([]);
    },
  );

  it.each(["", "memory", "sqlite:/var/lib/checkrein/redis.sqlite"])("is not at %j, which nobody shares", (state) => {
    expect(place(state)).toEqual([]);
  });

  it("is not for a playback, which has no state", () => {
    expect(place("redis://127.0.0.1:6379", "", "journal.sqlite")).toEqual([]);
  });
});
