// Reads what `kubectl apply -k` would read of a shape: its kustomization, the ones below it, and their documents. As much of
// kustomize as ours need: a member more in one of them is refused here.
import { readFileSync, statSync } from "node:fs";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const root = new URL("../../../deploy/kubernetes/", import.meta.url);

export const shapes = ["sidecar", "gateway"] as const;
export type Shape = (typeof shapes)[number];

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
});
export type Manifest = z.infer<typeof manifest>;

const kustomization = z.strictObject({
  apiVersion: z.literal("kustomize.config.k8s.io/v1beta1"),
  kind: z.literal("Kustomization"),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).default([]),
});

export interface Read {
  readonly documents: readonly Manifest[];
  readonly images: z.infer<typeof kustomization>["images"];
}

export const readShape = (shape: Shape): Read => readFolder(new URL(`${shape}/`, root));

const readFolder = (folder: URL): Read => {
  const { resources, images } = kustomization.parse(parse(text(new URL("kustomization.yaml", folder))));
  const below = resources.map((name) => {
    const url = new URL(name, folder);
    return statSync(url).isDirectory()
      ? readFolder(new URL(`${name}/`, folder))
      : { documents: readFile(url), images: [] };
  });
  return {
    documents: below.flatMap(({ documents }) => documents),
    images: [...below.flatMap((one) => one.images), ...images],
  };
};

const readFile = (url: URL): readonly Manifest[] =>
  parseAllDocuments(text(url)).map((document) => {
    if (document.errors.length > 0) throw new Error(`${url.pathname}: ${document.errors.join("\n")}`);
    return manifest.parse(document.toJS());
  });

const text = (url: URL): string => readFileSync(url, "utf8");
