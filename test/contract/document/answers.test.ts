import { describe, expect, it } from "vitest";
import { readAnswers } from "../../../src/contract/document/answers.ts";
import { openOperation, type Parts } from "./document.ts";

const answers = (responses: object, more: Parts & { readonly method?: string } = {}) =>
  readAnswers(openOperation({ responses }, more));
const json = (schema: unknown, mediaType = "application/json") => ({ content: { [mediaType]: { schema } } });
const object = { type: "object", required: ["ok"], properties: { ok: { type: "boolean" } } };

describe("answers", () => {
  it("are found by status, then range, then default", () => {
    const found = answers({
      200: json(object),
      "4XX": json({}),
      "5xx": {},
      default: { content: { "text/plain": {} } },
      "x-a": {},
    });
    const kinds = (status: number) => found.answer(status)?.map(({ kind }) => kind);
    expect([200, 404, 500, 302].map(kinds)).toEqual([["json"], ["json"], ["empty"], ["text"]]);
    expect(answers({ 200: {} }).answer(404)).toBe(undefined);
    expect(answers({ 200: {} }).answer(201)).toBe(undefined);
  });

  it.each([
    ["application/json; charset=utf-8", "json", "application/json"],
    ["application/problem+json", "json", "application/problem+json"],
    ["text/html", "text", "text/html"],
    ["image/*", "bytes", "image/*"],
    ["application/octet-stream", "bytes", "application/octet-stream"],
    ["application/xml", "bytes", "application/xml"],
    ["*/*", "json", "application/json"],
  ])("of %s are %s", (written, kind, mediaType) => {
    expect(answers({ 200: json(object, written) }).answer(200)).toMatchObject([{ kind, mediaTypes: [mediaType] }]);
  });

  it("of any type with a text schema or none are bytes", () => {
    expect(answers({ 200: json({ type: "string", format: "binary" }, "*/*") }).answer(200)).toMatchObject([
      { kind: "bytes" },
    ]);
    expect(answers({ 200: { content: { "*/*": {} } } }).answer(200)).toMatchObject([{ kind: "bytes" }]);
  });

  it("are checked and projected to what the document declares", () => {
    const [plan] = answers({ 200: json(object) }).answer(200)!;
    expect(plan!.project!({ ok: true, more: 1 })).toEqual({ ok: true });
    expect(plan!.project!({ ok: "yes" })).toBe(undefined);
  });

  it("do not fail for the writing of a format", () => {
    const [plan] = answers({ 200: json({ type: "string", format: "uri" }) }).answer(200)!;
    expect(plan!.project!("")).toBe("");
  });

  it("of HEAD and of statuses without content are empty", () => {
    expect(answers({ 200: json(object) }, { method: "head" }).answer(200)).toMatchObject([{ kind: "empty" }]);
    expect(answers({ 204: json(object) }).answer(204)).toMatchObject([{ kind: "empty" }]);
  });

  it("keep declared headers, but for cookies and those of the connection", () => {
    const headers = Object.fromEntries(
      ["Link", "X-Rate", "Set-Cookie", "Transfer-Encoding", "Content-Type"].map((name) => [name, {}]),
    );
    expect(answers({ 200: { headers } }).answer(200)![0]!.headers).toEqual(["link", "x-rate"]);
  });

  it("follow references, and report those that lead nowhere", () => {
    const components = { responses: { R: json({ $ref: "#/components/schemas/S" }) }, schemas: { S: object } };
    const found = answers(
      { 200: { $ref: "#/components/responses/R" }, 400: { $ref: "#/components/responses/No" } },
      { components },
    );
    expect(found.schema).toEqual({ $ref: "#/$defs/S", $defs: { S: object } });
    expect(found.problems.map(({ message }) => message)).toEqual([expect.stringContaining("points at nothing")]);
  });

  it("have a schema to show only when there is one JSON success", () => {
    expect(answers({ 200: json(object), 404: json({}) }).schema).toEqual(object);
    expect(answers({ 200: json(object), 201: json(object) }).schema).toBe(undefined);
    expect(answers({ default: json(object) }).schema).toEqual(object);
    expect(answers({ 204: {} }).schema).toBe(undefined);
  });

  it("say what of their schemas cannot be enforced", () => {
    expect(answers({ 200: json({ type: "string", pattern: "(?=a)" }) }).inspect()).toHaveLength(1);
    expect(answers({ 200: json({ $ref: "b.json" }) }).inspect()).not.toEqual([]);
    expect(answers({ 200: json(object) }).inspect()).toEqual([]);
  });
});
