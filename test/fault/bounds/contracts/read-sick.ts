import { defineContract } from "checkrein";
import { sick } from "./backends.ts";
import { Thing } from "./tools.ts";

export default defineContract({
  tool: "read_sick",
  description: "Read a thing of the sick backend.",
  operation: sick.get("/things/{id}"),
  input: Thing,
});
