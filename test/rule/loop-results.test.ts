// What an MCP server gives back, and loops: a tool that says it failed has not succeeded, nor has one that asks something first.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorOf, modern, refusalOf, resultOf, sendMcp } from "../ingress/mcp-wire.ts";
import { type HostileMcpServer, type Talk, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import { membersOf } from "../support/json.ts";
import { scriptServer, textResult } from "../support/mcp-script.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

const definitions = [definition("read_file")];
const asking = {
  resultType: "input_required",
  inputRequests: {
    sure: {
      method: "elicitation/create",
      params: { mode: "form", message: "Sure?", requestedSchema: { type: "object", properties: {} } },
    },
  },
  requestState: "server-state",
};
const files = {
  "files.ts": `import { defineMcpBackend, env } from "checkrein";
    export const files = defineMcpBackend({ name: "files", url: env("FILES_URL"), allow: { elicitation: true } });`,
  "read.ts": `import { defineContract } from "checkrein";
    import { files } from "./files.ts";
    export default defineContract({ tool: "read", description: "Reads.", operation: files.tool("read_file") });`,
  "checkrein.lock": lockText(definitions),
};

let server: HostileMcpServer;
let sidecar: Sidecar;
let answer: (talk: Talk) => void = () => {};
beforeAll(async () => {
  const script = scriptServer({
    era: "modern",
    tools: () => definitions,
    on: { "tools/call": (talk) => answer(talk) },
  });
  server = await startHostileMcpServer(script);
  sidecar = await startSidecar({
    files,
    environment: { FILES_URL: server.url },
    flags: ["--max-attempts", "2"],
    callers: 5,
  });
});
afterAll(async () => {
  await sidecar.stop();
  await server.close();
});

const openCaller = (path = "/mcp"): ((name: string, given: object, more?: object) => Promise<string>) => {
  const { key } = sidecar.nextCaller();
  const capabilities = { "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } } };
  return async (name, given, more = {}) => {
    const params = { name, arguments: given, ...more, _meta: capabilities };
    const told = await sendMcp(sidecar.app.port, modern("tools/call", params, { path, headers: { "x-api-key": key } }));
    const { code = membersOf(errorOf(told)["data"])["code"] } = refusalOf(told);
    const { isError, requestState } = resultOf(told);
    return String(code ?? (isError === true ? "isError" : (requestState ?? "ok")));
  };
};

describe("a stopped tool", () => {
  it.each([
    ["an error that the tool itself tells", { ...textResult("failed"), isError: true }],
    ["a question", asking],
  ])("is not lifted by %s", async (_what, result) => {
    const call = openCaller();
    for (const code of ["invalid_arguments", "invalid_arguments", "stopped"])
      expect(await call("plain", {})).toBe(code);
    answer = (talk) => talk.result(result);
    const told = await call("read", { path: "/a" });
    expect(["ok", "stopped"]).not.toContain(told);
    expect(await call("plain", { orderId: "o1" })).toBe("stopped");
    answer = (talk) => talk.result(textResult("read"));
    const retry = told === "isError" ? {} : { requestState: told, inputResponses: { sure: { action: "accept" } } };
    expect(await call("read", { path: "/a" }, retry)).toBe("ok");
    expect(await call("plain", { orderId: "o1" })).toBe("ok");
  });
});

describe("a name that is no tool", () => {
  it("stays the protocol's own error, also when it is stopped", async () => {
    const { key } = sidecar.nextCaller();
    const send = (name: string): ReturnType<typeof sendMcp> =>
      sendMcp(sidecar.app.port, modern("tools/call", { name, arguments: {} }, { headers: { "x-api-key": key } }));
    for (const code of ["unknown_tool", "unknown_tool", "stopped"])
      expect(errorOf(await send("no_tool"))).toMatchObject({ code: -32_602, data: { code } });
    for (const code of ["invalid_arguments", "invalid_arguments", "stopped"])
      expect(refusalOf(await send("plain"))).toMatchObject({ code });
  });
});

describe("the endpoint of one backend", () => {
  it.each(["no_tool", "plain"])("counts and stops calls of %s, which is no tool there", async (name) => {
    const call = openCaller("/mcp/files");
    for (const code of ["unknown_tool", "unknown_tool", "stopped"])
      expect(await call(name, { orderId: "o1" })).toBe(code);
  });
});
