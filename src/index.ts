// The front door for contract authors, and nothing else: what a file in `contracts/` may import.
export { z } from "zod";
export { defineContract } from "./contract/define.ts";
export { defineMcpBackend } from "./contract/define-mcp-backend.ts";
export { basic, bearer, defineRestBackend, env, header, secret } from "./contract/define-rest-backend.ts";
export { jsonSchema } from "./contract/input/json-schema.ts";
export { local } from "./contract/operation-declaration.ts";
export { secretField } from "./contract/input/secret.ts";
