// Location and Link of an answer, in the sidecar's own terms: what points below the backend's base becomes the same place
// below the mount on the data port, everything else vanishes. So no address of a backend leaves this room.
import type { RestAnswer } from "../call.ts";

interface Place {
  /** The URL that was asked for: references are relative to it. */
  readonly asked: string;
  readonly origin: string;
  /** Without `/` at the end. */
  readonly basePath: string;
  /** Without `/` at the end. */
  readonly mount: string;
}

/** The answer with `location` and `link` rewritten or gone. `base` is the backend's URL, `target` path and query that were sent. */
export const withOwnLinks = (answer: RestAnswer, base: URL, target: string, mount: string): RestAnswer => {
  const { location, link } = answer.headers;
  if (location === undefined && link === undefined) return answer;
  const place: Place = {
    asked: base.origin + target,
    origin: base.origin,
    basePath: base.pathname.replace(/\/$/, ""),
    mount: mount === "/" ? "" : mount,
  };
  const headers = {
    ...answer.headers,
    location: typeof location === "string" ? ownReference(location, place) : undefined,
    link: ownLinks(link ?? [], place),
  };
  return { ...answer, headers };
};

/** RFC 9110 10.2.2: a URI reference. */
const ownReference = (reference: string, place: Place): string | undefined => {
  const url = URL.parse(reference, place.asked);
  if (url === null || url.origin !== place.origin || url.username !== "" || url.password !== "") return undefined;
  const { pathname } = url;
  if (pathname !== place.basePath && !pathname.startsWith(`${place.basePath}/`)) return undefined;
  const path = `${place.mount}${pathname.slice(place.basePath.length)}`;
  if (path.startsWith("//")) return undefined; // would name another server
  return `${path === "" ? "/" : path}${url.search}${url.hash}`;
};

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** RFC 8288 3: `<reference>; name=value; name="value"`, with commas between links. */
const LINK = new RegExp(
  `[ \\t]*<([^<>]*)>((?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))?)*)[ \\t]*(?:,|$)`,
  "gy",
);

/** All links that stay inside; none when the field cannot be read to its end. */
const ownLinks = (fields: string | readonly string[], place: Place): string | undefined => {
  const text = typeof fields === "string" ? fields : fields.join(", ");
  const links: string[] = [];
  let end = 0;
  for (const [whole, reference = "", parameters = ""] of text.matchAll(LINK)) {
    end += whole.length;
    const own = ownReference(reference, place);
    // An anchor is a reference of its own: the link is about another place.
    if (own !== undefined && !/;[ \t]*anchor[ \t]*=/i.test(parameters)) links.push(`<${own}>${parameters}`);
  }
  return end === text.length && links.length > 0 ? links.join(", ") : undefined;
};
