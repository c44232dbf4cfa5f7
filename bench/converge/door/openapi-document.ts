// What of an OpenAPI document concerns the requests of some paths: the rest would only take time to read, and one schema that
// the validator cannot compile, wherever it stands, would make it refuse every call.
import { isMembers, memberOf, membersOf, type Members } from "../../../test/support/json.ts";
import { resolve } from "../../../test/support/openapi-schema.ts";

export const requestsOf = (whole: Members, templates: ReadonlySet<string>): Members => {
  const paths = Object.entries(membersOf(whole["paths"])).filter(([template]) => templates.has(template));
  const cut = paths.map(([template, item]) => [template, mapEntries(item, withoutAnswers)] as const);
  const used = referencesOf(whole, cut);
  const components = mapEntries(whole["components"], (kind, all) =>
    mapEntries(all, (name, one) => (used.has(`#/components/${kind}/${name}`) ? one : undefined)),
  );
  const { openapi, info } = whole;
  return membersOf(compilable({ openapi, info, paths: Object.fromEntries(cut), components }));
};

/** Entries that become undefined are left out. */
const mapEntries = (value: unknown, change: (name: string, item: unknown) => unknown): Members =>
  Object.fromEntries(
    Object.entries(membersOf(value))
      .map(([name, item]) => [name, change(name, item)] as const)
      .filter(([, item]) => item !== undefined),
  );

const withoutAnswers = (_method: string, operation: unknown): unknown => {
  if (memberOf(operation, "responses") === undefined) return operation;
  const { callbacks: _callbacks, security: _security, ...rest } = membersOf(operation);
  return { ...rest, responses: { default: { description: "Not looked at." } } };
};

/** All that is referred to, directly or on the way. */
const referencesOf = (whole: Members, from: unknown): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const reference = memberOf(value, "$ref");
    if (typeof reference === "string" && !found.has(reference)) {
      found.add(reference);
      visit(resolve(whole, reference));
    }
    for (const item of Object.values(value)) visit(item);
  };
  visit(from);
  return found;
};

/** `nullable` beside no `type` says nothing in OpenAPI 3.0.3, and here it is a mistake: it goes. */
const compilable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(compilable);
  if (!isMembers(value)) return value;
  const { nullable, ...rest } = value;
  const own = typeof nullable === "boolean" && rest["type"] === undefined ? rest : value;
  return mapEntries(own, (_name, item) => compilable(item));
};
