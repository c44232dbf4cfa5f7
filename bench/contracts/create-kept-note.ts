import { defineContract } from "checkrein";
import { measured } from "./backend.ts";
import { Note } from "./note.ts";

// The same with its intent on the disk before it is sent.
export default defineContract({
  tool: "create_kept_note",
  description: "Write a note on an order, and keep that it is written.",
  operation: measured.post("/orders/{orderId}/notes"),
  input: Note,
  rest: false,
  journal: { policy: "required" },
});
