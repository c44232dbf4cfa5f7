// The fixture's tools of the multi-round-trip kind (2026-07-28, SEP-2322): instead of asking, they answer with what they
// need, and the client calls again with it. What a tool must remember between rounds travels in a signed requestState.
import { randomBytes } from "node:crypto";
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type InputRequests,
  type InputRequiredResult,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";

export interface RoundState {
  readonly tool: string;
  readonly round: number;
  readonly name?: string;
}

/** One key for the process: each request of this revision is served by a server of its own. */
export const states = createRequestStateCodec<RoundState>({ key: randomBytes(32) });

type Answer = CallToolResult | InputRequiredResult;
type Round = (context: ServerContext) => Answer | Promise<Answer>;

const said = (text: string): CallToolResult => ({ content: [{ type: "text", text }] });

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;

/** A form with one required member. */
const form = (message: string, member: string, property: typeof TEXT | typeof FLAG): InputRequests[string] =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties: { [member]: property }, required: [member] },
  });

const message = (text: string, maxTokens: number): InputRequests[string] =>
  inputRequired.createMessage({ messages: [{ role: "user", content: { type: "text", text } }], maxTokens });

const WHO = "What is your name?";

const given = (context: ServerContext, key: string): unknown => context.mcpReq.inputResponses?.[key];
const roots = (context: ServerContext): readonly unknown[] | undefined =>
  z.object({ roots: z.array(z.unknown()) }).safeParse(given(context, "client_roots")).data?.roots;
const textOf = (response: unknown): string | undefined =>
  z.object({ content: z.object({ text: z.string() }) }).safeParse(response).data?.content.text;
const nameIn = (context: ServerContext, key: string): string | undefined =>
  acceptedContent(context.mcpReq.inputResponses, key, z.object({ name: z.string() }))?.name;

const askName: Round = (context) => {
  const name = nameIn(context, "user_name");
  if (name !== undefined) return said(`Hello, ${name}!`);
  return inputRequired({ inputRequests: { user_name: form(WHO, "name", TEXT) } });
};

const askModel: Round = (context) => {
  const answer = given(context, "capital_question");
  if (answer !== undefined) return said(`Sampling response: ${textOf(answer) ?? JSON.stringify(answer)}`);
  return inputRequired({ inputRequests: { capital_question: message("What is the capital of France?", 100) } });
};

const askRoots: Round = (context) => {
  const found = roots(context);
  if (found !== undefined) return said(`The client exposes ${found.length} root(s).`);
  return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
};

/** Completes only with a confirmation and the state that was handed out before. */
const confirm =
  (tool: string): Round =>
  async (context) => {
    const isConfirmed = acceptedContent(context.mcpReq.inputResponses, "confirm") !== undefined;
    if (isConfirmed && context.mcpReq.requestState() !== undefined) return said("The state is the one handed out.");
    const requestState = await states.mint({ tool, round: 1 });
    return inputRequired({ inputRequests: { confirm: form("Please confirm", "ok", FLAG) }, requestState });
  };

const askThree: Round = async (context) => {
  const name = nameIn(context, "user_name");
  const greeting = textOf(given(context, "greeting"));
  const found = roots(context);
  if (name !== undefined && greeting !== undefined && found !== undefined) {
    return said(`${greeting} ${name}, ${found.length} root(s) visible`);
  }
  return inputRequired({
    inputRequests: {
      user_name: form(WHO, "name", TEXT),
      greeting: message("Generate a greeting", 50),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await states.mint({ tool: "multiple_inputs", round: 1 }),
  });
};

const askTwice: Round = async (context) => {
  const tool = "multi_round";
  const state = context.mcpReq.requestState<RoundState>();
  if (state?.tool !== tool) {
    return inputRequired({
      inputRequests: { step1: form("Step 1: What is your name?", "name", TEXT) },
      requestState: await states.mint({ tool, round: 1 }),
    });
  }
  if (state.round === 1) {
    return inputRequired({
      inputRequests: { step2: form("Step 2: What is your favorite color?", "color", TEXT) },
      requestState: await states.mint({ tool, round: 2, name: nameIn(context, "step1") ?? "unknown" }),
    });
  }
  const answer = acceptedContent(context.mcpReq.inputResponses, "step2", z.object({ color: z.string() }));
  return said(`${state.name} likes ${answer?.color ?? "nothing"}`);
};

/** Asks for nothing that this request's client did not declare. */
const askDeclared: Round = (context) => {
  if (context.mcpReq.inputResponses !== undefined) return said("All that was asked for came.");
  const envelope: Readonly<Record<string, unknown>> = context.mcpReq.envelope ?? {};
  const declared = z.looseObject({}).parse(envelope[CLIENT_CAPABILITIES_META_KEY]);
  const inputRequests: InputRequests = {
    ...("elicitation" in declared && { user_name: form(WHO, "name", TEXT) }),
    ...("sampling" in declared && { greeting: message("Generate a short greeting", 50) }),
    ...("roots" in declared && { client_roots: inputRequired.listRoots() }),
  };
  return Object.keys(inputRequests).length === 0
    ? said("The client declared nothing.")
    : inputRequired({ inputRequests });
};

/** Asks for a completion whatever the client declared; the SDK answers -32021 where it did not. */
const askUndeclared: Round = (context) => {
  if (given(context, "llm_answer") !== undefined) return said("sampling was answered");
  return inputRequired({ inputRequests: { llm_answer: message("Reply with the single word: pong", 16) } });
};

const ROUNDS: Readonly<Record<string, readonly [says: string, round: Round]>> = {
  test_missing_capability: ["Needs the client's sampling capability.", askUndeclared],
  test_input_required_result_elicitation: ["Asks for a name.", askName],
  test_input_required_result_sampling: ["Asks for a completion.", askModel],
  test_input_required_result_list_roots: ["Asks for the client's roots.", askRoots],
  test_input_required_result_request_state: ["Asks for a confirmation, with a state.", confirm("request_state")],
  test_input_required_result_multiple_inputs: ["Asks for a name, a completion and the roots at once.", askThree],
  test_input_required_result_multi_round: ["Asks twice, with another state each time.", askTwice],
  test_input_required_result_tampered_state: ["Refuses a state that is not its own.", confirm("tampered_state")],
  test_input_required_result_capabilities: ["Asks only for what the client declared.", askDeclared],
};

export const registerInputRequiredTools = (server: McpServer): void => {
  for (const [name, [description, round]] of Object.entries(ROUNDS)) {
    server.registerTool(name, { description, inputSchema: z.object({}) }, (_, context) => round(context));
  }
};
