// The requests that mutated streams are made of: valid calls over every ingress, each with a tag that no other has, so that
// what arrives at the backend can be told apart.
import { inMcpForm } from "../case/mcp-request.ts";
import { writeRequest } from "../case/runner.ts";
import type { CaseRequest } from "../case/case.ts";
import type { Random } from "../../bench/converge/random.ts";

const HEADERS = [["Content-Type", "application/json"]] as const;
const KEPT = [["Connection", "keep-alive"]] as const;

const mcp = (tool: string, args: object, isModern: boolean): CaseRequest => {
  const one = { id: "", class: "", transport: "any", note: "", request: { method: "", path: "" } } as const;
  const call = { tool, arguments_text: JSON.stringify(args) };
  const expected = { forwarded: true, status_class: "2xx" };
  const written = inMcpForm({ ...one, call, expect: expected }, isModern ? "modern" : { session: undefined });
  if (written === undefined) throw new Error("the case has a call");
  return written.request;
};

/** `tag`: six letters or digits or more. */
const validRequests: readonly ((tag: string) => CaseRequest)[] = [
  (tag) => ({ method: "GET", path: `/orders/ord_${tag}` }),
  (tag) => ({ method: "GET", path: "/files", query: `path=${tag}%20a%2Fb.txt` }),
  (tag) => ({ method: "GET", path: `/labels/${tag}%2e%20%C3%A9` }),
  (tag) => ({ method: "GET", path: "/orders", query: `status=open&status=paid&limit=7&q=${tag}` }),
  (tag) => ({ method: "POST", path: "/notes", headers: HEADERS, body_text: `{"text":"${tag}"}` }),
  (tag) => ({
    method: "POST",
    path: "/notes",
    headers: [...HEADERS, ["X-Note-Tag", tag]],
    body_text: `{"text":"POST /orders/ord_${tag}/refunds HTTP/1.1\\r\\nHost: checkrein.test\\r\\n\\r\\n","title":"é"}`,
  }),
  (tag) => ({
    method: "POST",
    path: `/orders/ord_${tag}/refunds`,
    headers: [...HEADERS, ["Idempotency-Key", `key-${tag}`]],
    body_text: '{"amount":100,"reason":"late"}',
  }),
  (tag) => ({
    method: "POST",
    path: "/call",
    headers: HEADERS,
    body_text: `{"tool":"get_order","arguments":{"orderId":"ord_${tag}"}}`,
  }),
  (tag) => ({
    method: "POST",
    path: "/call",
    headers: HEADERS,
    body_text: `{"tool":"create_refund","arguments":{"orderId":"ord_${tag}","amount":1,"reason":"other","idempotencyKey":"key-${tag}"}}`,
  }),
  (tag) => mcp("upload_note", { text: tag }, true),
  (tag) => mcp("get_order", { orderId: `ord_${tag}` }, false),
];

/** Invalid in meaning, good in form. */
const invalidRequests: readonly ((tag: string) => CaseRequest)[] = [
  () => ({ method: "GET", path: "/orders/ord_!" }),
  (tag) => ({ method: "DELETE", path: `/orders/ord_${tag}` }),
  () => ({ method: "GET", path: "/admin/export" }),
  () => ({ method: "GET", path: "/labels/all" }),
  () => ({ method: "POST", path: "/notes", headers: HEADERS, body_text: '{"text":1}' }),
  (tag) => ({ method: "POST", path: "/notes", headers: HEADERS, body_text: `{"text":"${tag}","text":"b"}` }),
  () => ({ method: "POST", path: "/call", headers: HEADERS, body_text: '{"tool":"get_order","arguments":{}}' }),
];

const write = (request: CaseRequest): Buffer =>
  writeRequest({ ...request, headers: [...(request.headers ?? []), ...KEPT] });

export const validRequest = (random: Random, tag: string): Buffer => write((random.pick(validRequests) ?? plain)(tag));
export const invalidRequest = (random: Random, tag: string): Buffer =>
  write((random.pick(invalidRequests) ?? plain)(tag));

const plain = (tag: string): CaseRequest => ({ method: "GET", path: `/orders/ord_${tag}` });

/** A valid call that ends the connection: every stream has one last. */
export const lastRequest = (tag: string): Buffer => writeRequest({ ...plain(tag), headers: [["Connection", "close"]] });
