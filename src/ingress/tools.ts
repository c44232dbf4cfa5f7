// GET /tools: what can be called, from the same contracts that judge calls; in the forms that model APIs take, too, with what
// such an API cannot take said beside them.
import { writeForAnthropic } from "../contract/model/anthropic.ts";
import { type ModelTool, writeForOpenai } from "../contract/model/openai.ts";
import type { Shortfall } from "../contract/model/translating.ts";
import { didYouMean } from "../nearest.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { describeForMcp } from "./mcp/list.ts";
import { type ShownTool, schemaWithExamples } from "./surface.ts";
import { writeToolDocument } from "./tool-document.ts";

type Json = Readonly<Record<string, unknown>>;
type Form = (tools: readonly ShownTool[]) => Json;

const describe = (shown: ShownTool): Json => {
  const { tool, description, effect, output, isCallable } = shown;
  return {
    name: tool,
    description,
    effect,
    ...(isCallable ? {} : { callable: false }),
    inputSchema: schemaWithExamples(shown),
    ...(output.schema === undefined ? {} : { outputSchema: output.schema }),
  };
};

const forModel =
  (write: (tool: ShownTool) => ModelTool): Form =>
  (tools) => {
    const all = tools.map((tool) => [tool.tool, write(tool)] as const);
    const told = (pick: (tool: ModelTool) => readonly Shortfall[]): readonly Json[] =>
      all.flatMap(([tool, model]) => pick(model).map((shortfall) => ({ tool, ...shortfall })));
    const notStrict = told((model) => model.notStrict);
    const notAccepted = told((model) => model.notAccepted);
    return {
      // One that the API does not take would fail every request with it.
      tools: all.flatMap(([, model]) => (model.notAccepted.length === 0 ? [model.written] : [])),
      ...(notStrict.length === 0 ? {} : { notStrict }),
      ...(notAccepted.length === 0 ? {} : { notAccepted }),
    };
  };

/** A model would call what it is given, as would whoever holds a document of bodies of POST /call. */
const ofCallable =
  (form: Form): Form =>
  (tools) =>
    form(tools.filter(({ isCallable }) => isCallable));

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["", (tools) => ({ tools: tools.map(describe) })],
  // In the form that clients of every revision take.
  ["mcp", ofCallable((tools) => ({ tools: tools.map((tool) => describeForMcp(tool, "legacy")) }))],
  ["openai", ofCallable(forModel(writeForOpenai))],
  ["anthropic", ofCallable(forModel(writeForAnthropic))],
  ["json-schema", ofCallable(writeToolDocument)],
]);

const NAMES = [...FORMS.keys()].filter((name) => name !== "");

/** Of those whom nothing narrows the tools are one list as long as the contracts stay: written once. */
const written = new WeakMap<readonly ShownTool[], Map<string, string>>();

/** `query` is the raw query of the request. JSON text. */
export const listTools = (tools: readonly ShownTool[], query: string): Checked<string> => {
  const name = query === "" ? "" : /^format=([^&]*)$/.exec(query)?.[1];
  const form = name === "" && query !== "" ? undefined : FORMS.get(name ?? " ");
  if (name === undefined || form === undefined) return refuseForm(name);
  const texts = written.get(tools) ?? new Map<string, string>();
  const text = texts.get(name) ?? JSON.stringify(form(tools));
  written.set(tools, texts.set(name, text));
  return accept(text);
};

const refuseForm = (name: string | undefined): Checked<never> =>
  refuse(
    "invalid_request",
    name === undefined
      ? `The query may be format= with one of ${NAMES.join(", ")}, or nothing.`
      : `There is no format ${JSON.stringify(name.slice(0, 40))}: ${didYouMean(name, NAMES)}`,
  );
