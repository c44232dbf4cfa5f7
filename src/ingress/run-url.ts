// Run URLs, `/r/<token>/…`, for agents that can set a URL and nothing else. The prefix is taken off before anything looks at
// the target, and references that we write below it are relative: the token stands in nothing of ours.

interface RunTarget {
  /** Undefined outside of run URLs; a text that can be no token is nobody's. */
  readonly token: string | undefined;
  /** What is left: a target as any other. */
  readonly target: string;
}

/** Byte by byte: another writing of the prefix is another path. */
const PREFIX = "/r/";
const RUN_TARGET = /^\/r\/([\w.-]*)((?:[/?].*)?)$/s;

export const takeRunToken = (target: string): RunTarget => {
  if (!target.startsWith(PREFIX)) return { token: undefined, target };
  const read = RUN_TARGET.exec(target);
  if (read === null) return { token: "", target };
  const [, token = "", rest = ""] = read;
  return { token, target: rest.startsWith("/") ? rest : `/${rest}` };
};

/** A reference that is rooted at the sidecar, as seen from the request's own path below the prefix. */
const relativeFrom = (path: string, reference: string): string => {
  const depth = path.split("/").length - 2;
  return `${depth > 0 ? "../".repeat(depth) : "./"}${reference.slice(1)}`;
};

/** RFC 8288 3: quoted texts are no references, whatever stands in them. */
const QUOTED_OR_ROOTED = /"(?:[^"\\]|\\.)*"|<(\/[^<>]*)>/g;

/** A declared response header as an agent at `path` of a run URL needs it. */
export const withinRunUrl = (path: string, name: string, value: string): string => {
  if (name === "location" && value.startsWith("/")) return relativeFrom(path, value);
  if (name !== "link") return value;
  return value.replace(QUOTED_OR_ROOTED, (whole, rooted: string | undefined) =>
    rooted === undefined ? whole : `<${relativeFrom(path, rooted)}>`,
  );
};
