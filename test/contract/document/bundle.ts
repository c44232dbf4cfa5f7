// One schema on its way through a small document, and the verdicts of what comes out.
import { Ajv2020 } from "ajv/dist/2020.js";
import type { SchemaMode } from "../../../src/contract/document/schemas.ts";
import { openDocument } from "./document.ts";

export interface Given {
  readonly version?: string;
  readonly mode?: SchemaMode;
  readonly schemas?: Readonly<Record<string, unknown>>;
}

export const bundle = (schema: unknown, { version = "3.1.0", mode = "input", schemas = {} }: Given = {}) => {
  const bundled = openDocument({ version, components: { schemas } }).schemas.createBundle(mode);
  return {
    schema: bundled.finish(bundled.convert(schema, "/s")),
    notices: bundled.notices(),
    problems: bundled.problems(),
  };
};
export const ajv = new Ajv2020({ strict: false, validateFormats: false });
export const accepts = (schema: unknown, given?: Given) => {
  const validate = ajv.compile(bundle(schema, given).schema as object | boolean); // a converted schema is one of the two
  return (value: unknown): boolean => validate(value);
};
