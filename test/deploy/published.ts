// Holds documents to the schemas that Kubernetes and the Compose Specification publish (test/data/deployment).
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Manifest } from "./kubernetes/manifests.ts";

export const versions = ["1.33", "1.37"] as const;
export type Version = (typeof versions)[number];

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

const read = (name: string): { readonly $id: string; readonly $defs: Readonly<Record<string, unknown>> } => {
  const schema = JSON.parse(readFileSync(new URL(`../data/deployment/${name}.json`, import.meta.url), "utf8"));
  ajv.addSchema(schema);
  return schema;
};
const kubernetes = new Map(versions.map((version) => [version, read(`kubernetes-${version}`)]));
const compose = read("compose-spec");

/** `apps/v1` and `Deployment` are `io.k8s.api.apps.v1.Deployment`; `v1` is the group `core`, and of others the first word counts. */
const definitionOf = ({ apiVersion, kind }: Manifest): string => {
  const [version = "", group = "core"] = apiVersion.split("/").reverse();
  return `io.k8s.api.${group.split(".")[0]}.${version}.${kind}`;
};

const problems = (reference: string, value: unknown): readonly string[] => {
  const validate = ajv.getSchema(reference);
  if (validate === undefined) return [`there is no ${reference}`];
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
};

export const manifestProblems = (document: Manifest, version: Version): readonly string[] =>
  problems(`${kubernetes.get(version)?.$id}#/$defs/${definitionOf(document)}`, document);

export const composeProblems = (file: unknown): readonly string[] => problems(compose.$id, file);
