import { defineContract } from "checkrein";
import { argumentsOf } from "./arguments.ts";
import { orders } from "./backend.ts";

export default defineContract({
  tool: "upload_note",
  description: "Store a free-text note.",
  operation: orders.post("/notes"),
  input: argumentsOf("upload_note"),
  map: { tag: "header.X-Note-Tag" },
});
