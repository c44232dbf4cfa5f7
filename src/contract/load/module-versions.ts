// Which version of an author's file an import gets. Node never frees a module, so a file is imported anew only where its own
// text, or that of a file it imports, is another: under a URL of its own. Files that go back to what they were find their
// old module again. One for the process, as the cache of modules that it speaks for.
import { existsSync, realpathSync } from "node:fs";
import { type LoadFnOutput, createRequire, registerHooks } from "node:module";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type CourseImport, LateImport, importsInCourse } from "./late-import.ts";
import { hashOf, readOnce } from "./read-once.ts";

/** One look at the files: none is read twice, so that no module is mixed of two states. */
export interface Reading {
  /** Imports the version that the file has now. Rejects as `import` does, and with a LateImport. */
  import(file: string): Promise<object>;
  /** Every author's file that was imported, with the SHA-256 of its text, hex; empty for one that cannot be read. */
  hashes(): ReadonlyMap<string, string>;
  /** From here on, modules get nothing that they did not import so far. */
  end(): void;
}

export interface ModuleVersions {
  /** What imports below this folder go by from now on. One after the other: hooks cannot tell who imports. */
  read(folder: string): Reading;
  /** Modules of authors that this process holds, and will hold. */
  count(): number;
}

interface Version {
  readonly path: string;
  readonly hash: string;
}

interface Module extends Version {
  /** URLs that it has imported, by their paths. */
  readonly links: Map<string, string>;
  /** What its text imports in its course. */
  inCourse: readonly CourseImport[];
  isCommonJs: boolean;
  /** It was imported without a fault. */
  isSound: boolean;
}

const NOTHING: ReadonlyMap<string, { readonly isInCourse: boolean }> = new Map();

const required = createRequire(import.meta.url).cache;

/** Code at a file's top level runs once, quickly, or never ends. */
const IMPORT_MS = 10_000;

/** `instead`: URLs by specifier, wherever an author's file names it. */
export const createModuleVersions = (instead: ReadonlyMap<string, string>, importMs = IMPORT_MS): ModuleVersions => {
  const versions = new Map<string, Module>();
  /** Paths that a version imports, as far as it has been imported, and whether it does so in its course alone. */
  const imports = new Map<string, Map<string, { readonly isInCourse: boolean }>>();
  /** By path. */
  const newest = new Map<string, string>();
  /** URLs of modules that were imported without a fault, by all that they stand on. */
  const sound = new Map<string, string>();
  let files = createFiles("/");
  let chosen = new Map<string, string>();
  /** URLs of modules that are new in this reading, until it ends: they may import. */
  let open: Set<string> | undefined;
  /** By path, in this reading. */
  let failed = new Map<string, { readonly error: unknown }>();

  /** The file and all that it imports, which comes first, as they are now; undefined while that is not known. */
  const closureOf = (path: string, { inCourse } = { inCourse: true }): readonly Version[] | undefined => {
    const found: Version[] = [];
    const seen = new Set<string>();
    const isKnown = (next: string): boolean => {
      if (seen.has(next)) return true;
      seen.add(next);
      const version = { path: next, hash: files.hash(next) };
      const imported = version.hash === "" ? NOTHING : imports.get(keyOf(version));
      if (imported === undefined) return false;
      for (const [other, { isInCourse }] of imported) if ((inCourse || !isInCourse) && !isKnown(other)) return false;
      found.push(version);
      return true;
    };
    return isKnown(path) ? found : undefined;
  };

  const knownUrl = (path: string): string | undefined => {
    const before = chosen.get(path);
    if (before !== undefined) return before;
    const closure = closureOf(path);
    const url = closure && sound.get(closureDigest(path, closure));
    if (url !== undefined) chosen.set(path, url);
    return url;
  };

  const urlOf = (path: string): string => knownUrl(path) ?? createUrl(path);

  const createUrl = (path: string): string => {
    const { href } = pathToFileURL(path);
    const url = versions.has(href) ? `${href}?version=${versions.size}` : href;
    versions.set(url, {
      path,
      hash: files.hash(path),
      links: new Map(),
      inCourse: [],
      isCommonJs: false,
      isSound: false,
    });
    open?.add(url);
    chosen.set(path, url);
    newest.set(path, url);
    return url;
  };

  /** What was imported without a fault is as good for the next reading. */
  const keep = (path: string): void => {
    if (moduleOf(path)?.isSound === true) return;
    const closure = closureOf(path) ?? [];
    for (const { path: file } of closure) refuseLate(file);
    for (const { path: file } of closure) {
      const module = moduleOf(file);
      const own = module?.isSound === false ? closureOf(file) : undefined;
      if (module === undefined || own === undefined) continue;
      sound.set(closureDigest(file, own), urlOf(file));
      module.isSound = true;
    }
  };

  const moduleOf = (path: string): Module | undefined => versions.get(chosen.get(path) ?? "");

  const refuseLate = (path: string): void => {
    const url = chosen.get(path) ?? "";
    const { inCourse = [], links } = versions.get(url) ?? {};
    for (const { specifier, isInFunction } of inCourse) {
      const imported = pathOf(specifier, url);
      if (isInFunction && imported !== undefined && links?.has(imported) !== true)
        throw new LateImport(path, specifier);
    }
  };

  /** What comes of an import that was given up is of no reading. */
  const importOne = async (path: string): Promise<object> => {
    const before = failed.get(path);
    if (before !== undefined) throw before.error;
    try {
      const module = await inTime<object>(import(urlOf(path)), importMs);
      keep(path);
      return module;
    } catch (error) {
      failed.set(path, { error });
      throw error;
    }
  };

  /**
   * What a file is known to import comes first: with one of those that fails it is not tried, and Node keeps nothing of it. Not
   * what imports it in turn, whose order is another then, nor what is imported in a file's course, which may catch its errors.
   */
  const importWhole = async (path: string): Promise<object> => {
    const first = knownUrl(path) === undefined ? (closureOf(path, { inCourse: false }) ?? []) : [];
    for (const { path: other } of first) {
      const isInCycle = closureOf(other)?.some((version) => version.path === path) === true;
      if (!isInCycle && isScript(other)) await importOne(other);
    }
    return importOne(path);
  };

  /** Where an author's file imports another one: that file, also where it is missing. */
  const pathOf = (specifier: string, parent: string): string | undefined => {
    if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined;
    const url = new URL(specifier, parent);
    const path = url.protocol === "file:" ? fileURLToPath(url) : undefined;
    return path === undefined || isForeign(path) ? undefined : files.name(path);
  };

  registerHooks({
    resolve: (specifier, context, next) => {
      const url = instead.get(specifier);
      if (url !== undefined) return { url, shortCircuit: true };
      const from = context.parentURL ?? "";
      const parent = versions.get(from);
      if (parent === undefined && versions.has(specifier)) return { url: specifier, shortCircuit: true };
      const path = parent && pathOf(specifier, from);
      if (parent === undefined || path === undefined) return next(specifier, context);
      // Of a file that is required, all versions have one name: as a parent, it is the newest.
      const isRequired = context.conditions.includes("require");
      const isNew = open?.has(parent.isCommonJs ? (newest.get(parent.path) ?? from) : from) === true;
      const before = parent.links.get(path);
      const isThere = !isRequired || (!isNew && newest.get(path) === before);
      if (before !== undefined && isThere) return { url: before, shortCircuit: true };
      if (!isNew) throw new LateImport(parent.path, specifier);
      const isInCourse = parent.inCourse.some((one) => one.specifier === specifier);
      imports.get(keyOf(parent))?.set(path, { isInCourse });
      // One that is missing stands among the hashes, too: whoever looks at the files sees it come.
      if (files.hash(path) === "" && !existsSync(path)) return next(specifier, context);
      const own = urlOf(path);
      parent.links.set(path, own);
      return { url: own, shortCircuit: true };
    },
    load: (url, context, next) => {
      const version = versions.get(url);
      if (version === undefined) return next(url, context);
      if (!imports.has(keyOf(version))) imports.set(keyOf(version), new Map());
      const loaded = next(url, context);
      version.isCommonJs = loaded.format?.startsWith("commonjs") === true;
      // There, paths alone count, and what stands under one is not asked for here again.
      if (version.isCommonJs) delete required[version.path];
      if (isOther(loaded.source, version.hash)) throw new Error("the file was changed while it was read");
      version.inCourse = importsInCourse(textOf(loaded.source));
      return loaded;
    },
  });

  return {
    read: (folder) => {
      files = createFiles(folder);
      chosen = new Map();
      open = new Set();
      failed = new Map();
      const { hashes, name } = files;
      return {
        hashes: () => hashes,
        import: async (file) => importWhole(name(file)),
        end: () => (open = undefined),
      };
    },
    count: () => versions.size,
  };
};

const inTime = async <T>(imported: Promise<T>, milliseconds: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it does not end within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([imported, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** JSON and CommonJS can be imported in ways of their own. */
const isScript = (path: string): boolean => /\.m?[jt]s$/.test(path);

const keyOf = ({ path, hash }: Version): string => `${hash} ${path}`;

const closureDigest = (path: string, closure: readonly Version[]): string =>
  hashOf([path, ...closure.map(keyOf).sort()].join("\n"));

/** Of CommonJS, Node may give none. */
const textOf = (source: LoadFnOutput["source"]): string =>
  source === undefined || typeof source === "string" ? (source ?? "") : new TextDecoder().decode(source);

const isOther = (source: LoadFnOutput["source"], hash: string): boolean =>
  (typeof source === "string" || source instanceof Uint8Array) && hashOf(source) !== hash;

const OWN_FOLDER = fileURLToPath(new URL("../../", import.meta.url));

/** What belongs to a package, or to checkrein itself, changes with a restart alone. */
const isForeign = (path: string): boolean => path.includes(`${sep}node_modules${sep}`) || path.startsWith(OWN_FOLDER);

interface Files {
  readonly hashes: ReadonlyMap<string, string>;
  /** Empty for a file that cannot be read. */
  hash(path: string): string;
  /** One name for a file however it is reached, and the same one after a symbolic link leads somewhere else. */
  name(path: string): string;
}

const createFiles = (folder: string): Files => {
  const hashes = new Map<string, string>();
  const real = realpathSync(folder);
  return {
    hashes,
    hash: (path) => {
      const hash = hashes.get(path) ?? readOnce(path).digest ?? "";
      hashes.set(path, hash);
      return hash;
    },
    name: (path) => {
      if (!existsSync(path)) return path;
      const below = relative(real, realpathSync(path));
      // Kubernetes mounts a folder as links into a hidden one, whose name is another after each change.
      const isVisible = !isAbsolute(below) && below.split(sep).every((part) => !part.startsWith("."));
      return isVisible ? join(folder, below) : path;
    },
  };
};
