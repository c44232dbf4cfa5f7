// The body of POST /call and POST /check: `{"tool","arguments"}`, closed, strict.
import { isJsonObject, memberOf } from "../call.ts";
import { type Checked, type Issue, accept, refuse } from "../refusal.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { readMediaType } from "./media-type.ts";

interface NamedCall {
  readonly tool: string;
  readonly arguments: unknown;
}

const FORM = 'Send {"tool": "<name>", "arguments": {…}} and nothing else.';

export const readNamedCall = (
  contentType: string | undefined,
  body: Uint8Array | undefined,
  maxDepth: number,
): Checked<NamedCall> => {
  if (readMediaType(contentType) !== "application/json")
    return refuse("unsupported_media_type", "Send the call as application/json, in UTF-8.");
  const parsed = parseStrictJson(body ?? new Uint8Array(), { maxDepth, unsafeNumbers: "refuse" });
  if (!parsed.ok) return { ok: false, refusal: { ...parsed.refusal, issues: parsed.refusal.issues.map(inArguments) } };
  const envelope = parsed.value;
  if (!isJsonObject(envelope)) return refuse("invalid_request", `The body must be an object. ${FORM}`);
  const tool = memberOf(envelope, "tool");
  if (typeof tool !== "string") return refuse("invalid_request", `The member "tool" must be a text. ${FORM}`);
  const extra = Object.keys(envelope).find((name) => name !== "tool" && name !== "arguments");
  if (extra !== undefined)
    return refuse("invalid_request", `The member ${JSON.stringify(extra.slice(0, 40))} has no meaning here. ${FORM}`);
  return accept({ tool, arguments: Object.hasOwn(envelope, "arguments") ? envelope["arguments"] : {} });
};

/** Issues point into the arguments, as everywhere. */
const inArguments = (issue: Issue): Issue => ({ ...issue, path: issue.path.replace(/^\/arguments(?=\/|$)/, "") });
