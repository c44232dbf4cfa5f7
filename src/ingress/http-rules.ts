// What an HTTP request must be before anyone looks at its meaning: HTTP/1.1, one Host that is served here, an origin-form
// target, one reading of its length, no header that could be read twice. Looks at rawHeaders, because Node keeps the first
// of two Host or Content-Type fields without a word.
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type Refused, refuse } from "../refusal.ts";

export interface HttpLimits {
  readonly maxHeaders: number;
  readonly maxTargetBytes: number;
  readonly maxBodyBytes: number;
  readonly allowedHosts: ReadonlySet<string>;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly scheme: "http" | "https";
}

/** Fields that may come once. Header arguments are added by the ingress that knows them. */
const SINGLETONS = new Set([
  "host",
  "content-type",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "origin",
  "authorization",
  "x-api-key",
]);

const ambiguous = (detail: string): Refused => refuse("ambiguous_request", detail, { close: true });

/** The refusal of a request that breaks a rule, or undefined. `target` is the request line's own. */
export const checkHttp = (request: IncomingMessage, target: string, limits: HttpLimits): Refused | undefined => {
  if (request.httpVersion !== "1.1") return ambiguous("Only HTTP/1.1 is spoken here.");
  // First what ends the connection: another refusal would go on to the next request, and there may be two readings of where it begins.
  return (
    checkFraming(request) ??
    checkLength(request.headers, limits) ??
    checkTarget(target, limits) ??
    checkFields(request, limits)
  );
};

/** Node loses what the packet of an upgrade has behind it: where the next request begins, nobody knows. */
export const isUpgrade = ({ headers }: Pick<IncomingMessage, "headers">): boolean => headers.upgrade !== undefined;

/** Whether the connection ends with the answer, whatever that is. */
export const isLastRequest = (request: IncomingMessage, target: string, limits: HttpLimits): boolean =>
  isUpgrade(request) || checkHttp(request, target, limits)?.refusal.close === true;

export const tooLarge = (maxBodyBytes: number): Refused =>
  refuse("too_large", `The body is larger than ${maxBodyBytes} bytes.`, { close: true });

const checkLength = (headers: IncomingHttpHeaders, { maxBodyBytes }: HttpLimits): Refused | undefined =>
  Number(headers["content-length"] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : undefined;

const checkTarget = (target: string, limits: HttpLimits): Refused | undefined => {
  if (target.length > limits.maxTargetBytes) {
    return refuse(
      "target_too_long",
      `The request target has ${target.length} bytes; at most ${limits.maxTargetBytes} are taken.`,
    );
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    return refuse("misdirected", "The request target names another server: send the path alone.", { close: true });
  }
  if (!target.startsWith("/"))
    return refuse("malformed_target", "The request target must start with `/`.", { close: true });
  if (target.includes("#"))
    return refuse("malformed_target", "The request target must have no `#`: a fragment is never sent.", {
      close: true,
    });
  return undefined;
};

const checkFields = (request: IncomingMessage, limits: HttpLimits): Refused | undefined => {
  const { rawHeaders } = request;
  if (rawHeaders.length / 2 > limits.maxHeaders) {
    return refuse("headers_too_large", `The request has more than ${limits.maxHeaders} header fields.`, {
      close: true,
    });
  }
  return (
    checkHost(request.headers.host, limits) ??
    checkOrigin(request.headers, limits) ??
    checkExpectation(request.headers.expect) ??
    checkCoding(request.headers["content-encoding"])
  );
};

const repeatedSingleton = (rawHeaders: readonly string[]): string | undefined => {
  const seen: string[] = []; // a handful: quicker than a set
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (!SINGLETONS.has(name) && !name.startsWith("mcp-")) continue;
    if (seen.includes(name)) return name;
    seen.push(name);
  }
  return undefined;
};

/** RFC 9112 3.2: host and optional port. Only names that are served; DNS rebinding comes with another one. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

const checkHost = (host: string | undefined, limits: HttpLimits): Refused | undefined => {
  const name = HOST.exec(host ?? "")?.[1]?.toLowerCase();
  if (name === undefined) return ambiguous("The Host field must be one host name with an optional port.");
  if (limits.allowedHosts.has(name)) return undefined;
  return refuse(
    "misdirected",
    "This host name is not served here. The operator can add it to CHECKREIN_ALLOWED_HOSTS.",
  );
};

/** The sidecar's own origin passes: the Host, which a page cannot choose, was checked before. */
const checkOrigin = (
  { origin, host }: IncomingHttpHeaders,
  { allowedOrigins, scheme }: HttpLimits,
): Refused | undefined => {
  if (origin === undefined) return undefined;
  const named = origin.toLowerCase();
  if (allowedOrigins.has(named) || named === `${scheme}://${host?.toLowerCase()}`) return undefined;
  return refuse("forbidden_origin", "Web pages of this origin may not call tools here.");
};

/** RFC 9110 10.1.1: the status of an unknown expectation is its own. */
const checkExpectation = (expectation: string | undefined): Refused | undefined => {
  if (expectation === undefined || expectation.toLowerCase() === "100-continue") return undefined;
  const detail = "The only Expect that is met here is `100-continue`.";
  return refuse("invalid_request", detail, { status: 417, close: true });
};

const checkFraming = ({ headers, method, rawHeaders }: IncomingMessage): Refused | undefined => {
  const twice = repeatedSingleton(rawHeaders);
  if (twice !== undefined) return ambiguous(`The header field ${twice} may stand once only.`);
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked")
    return ambiguous("The only Transfer-Encoding taken is `chunked`.");
  if (coding !== undefined && headers["content-length"] !== undefined)
    return ambiguous("Content-Length and Transfer-Encoding exclude each other.");
  const hasBody = coding !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (hasBody && (method === "GET" || method === "HEAD")) return ambiguous(`A ${method} request has no body.`);
  return undefined;
};

const checkCoding = (coding: string | undefined): Refused | undefined =>
  coding === undefined ? undefined : refuse("unsupported_media_type", "Send the body without Content-Encoding.");
