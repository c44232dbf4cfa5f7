import { defineContract } from "checkrein";
import { sick } from "./backends.ts";
import { Made } from "./tools.ts";

export default defineContract({
  tool: "write_sick",
  description: "Make a thing at the sick backend.",
  operation: sick.post("/things"),
  input: Made,
});
