import { defineContract } from "checkrein";
import { measured } from "./backend.ts";
import { Note } from "./note.ts";

// What checking costs is measured without waiting for a disk; bench/journal.ts measures that.
export default defineContract({
  tool: "create_note",
  description: "Write a note on an order.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: Note,
  journal: { policy: "best_effort" },
});
