// Of a path that no tool has, the paths that were meant: a misspelt segment, or the backend's mount left out. For the message
// alone: nothing is ever routed by likeness.
import { nearestNames } from "../nearest.ts";
import type { Segment } from "./contract.ts";

/** A path with a contract, with the mount in front. */
export interface KnownPath {
  readonly prefix: readonly string[];
  readonly template: string;
  readonly segments: readonly Segment[];
  readonly methods: readonly { readonly method: string; readonly tool: string }[];
}

/** A way that there is: `GET /shop/orders/{orderId}`. */
export interface NearRoute {
  readonly tool: string;
  readonly method: string;
  readonly path: string;
}

const MOST = 3;

/** What the agent sent: segments are raw. */
export interface Sent {
  readonly method: string;
  readonly segments: readonly string[];
}

/** At most three, the nearest first; those of the same method alone where there is one. */
export const nearRoutes = (
  known: readonly KnownPath[],
  { method, segments }: Sent,
  isThere: (tool: string) => boolean,
): readonly NearRoute[] => {
  const near = known
    .map((path) => ({ path, far: farFrom(path, segments) }))
    // As near as can be, and not there: the API has another operation at this very path.
    .filter(({ far }) => far > 0 && far < Infinity)
    .sort((left, right) => left.far - right.far || (left.path.template < right.path.template ? -1 : 1))
    .flatMap(({ path }) => routesOf(path).filter(({ tool }) => isThere(tool)));
  const same = near.filter((route) => route.method === method);
  return (same.length > 0 ? same : near).slice(0, MOST);
};

const routesOf = ({ prefix, template, methods }: KnownPath): readonly NearRoute[] => {
  const path = `${prefix.map((part) => `/${part}`).join("")}${template}`;
  return methods.map(({ method, tool }) => ({ tool, method, path }));
};

/** Segments that are written otherwise, each near to the right one; infinity when the path is another one. */
const farFrom = ({ prefix, segments: own }: KnownPath, segments: readonly string[]): number => {
  const literals = own.map((segment) => (segment.every((part) => "literal" in part) ? literalOf(segment) : undefined));
  const whole = distanceTo([...prefix, ...literals], segments);
  const unmounted = prefix.length === 0 ? Infinity : distanceTo(literals, segments) + 1;
  return Math.min(whole, unmounted);
};

const literalOf = (segment: Segment): string => segment.map((part) => ("literal" in part ? part.literal : "")).join("");

/** Undefined stands for a parameter, which takes anything. */
const distanceTo = (literals: readonly (string | undefined)[], segments: readonly string[]): number => {
  const given = segments.at(-1) === "" ? segments.slice(0, -1) : segments; // a slash at the end
  if (given.length !== literals.length) return Infinity;
  let far = given.length === segments.length ? 0 : 1;
  for (const [index, literal] of literals.entries()) {
    const segment = given[index] ?? "";
    if (literal === segment || (literal === undefined && segment !== "")) continue;
    if (literal === undefined || nearestNames(segment, [literal]).length === 0) return Infinity;
    far += 1;
  }
  return far;
};
