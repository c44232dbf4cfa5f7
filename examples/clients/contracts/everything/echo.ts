// One of the server's many tools, with a shorter message than the server takes.
import { defineContract, z } from "checkrein";
import { everything } from "./backend.ts";

export default defineContract({
  tool: "echo",
  description: "Say a message back.",
  operation: everything.tool("echo"),
  input: z.strictObject({ message: z.string().max(200) }),
  effect: "read",
  examples: [
    { name: "a greeting", arguments: { message: "hello" } },
    {
      name: "a long one",
      arguments: { message: "a".repeat(201) },
      refused: { code: "invalid_arguments", path: "/message" },
    },
  ],
});
