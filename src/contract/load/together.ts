// What only shows when all contracts stand side by side: names and routes that two of them have, and routes that no
// request can reach because the sidecar or another backend answers there.
import { relative } from "node:path";
import { mountPrefix } from "../catalog.ts";
import type { Contract, LoadProblem, RestBackendDeclaration, RestOperation } from "../contract.ts";
import { isOwnPath } from "./own-path.ts";

/** A file as people read it: relative to the working directory. */
export const shownFile = (file: string): string => relative(process.cwd(), file) || file;

export const checkTogether = (
  contracts: readonly Contract[],
  backends: readonly RestBackendDeclaration[],
): readonly LoadProblem[] => {
  const tools = new Map<string, Contract>();
  const routes = new Map<string, Contract>();
  return contracts.flatMap((contract) => [
    ...checkTool(contract, tools),
    ...(contract.operation.kind === "rest" && contract.ownsRoute
      ? [...checkRoute(contract, contract.operation, routes), ...checkReach(contract, contract.operation, backends)]
      : []),
  ]);
};

const checkTool = (contract: Contract, tools: Map<string, Contract>): readonly LoadProblem[] => {
  const { tool, file } = contract;
  const first = tools.get(tool);
  if (first === undefined) {
    tools.set(tool, contract);
    return [];
  }
  const message = `another contract is named "${tool}": ${shownFile(first.file)}`;
  return [{ file, place: "tool", message, mend: "give one of them another name" }];
};

const checkRoute = (
  contract: Contract,
  { backend, method, path }: RestOperation,
  routes: Map<string, Contract>,
): readonly LoadProblem[] => {
  const route = `${backend.name} ${method} ${path.template}`;
  const owner = routes.get(route);
  if (owner === undefined) {
    routes.set(route, contract);
    return [];
  }
  const message = `${method} ${path.template} belongs to "${owner.tool}" already: ${shownFile(owner.file)}`;
  return [{ file: contract.file, place: "rest", message, mend: "write `rest: false` in all but one" }];
};

/** Own paths come before every mount, and a longer mount before a shorter one. */
const checkReach = (
  { file }: Contract,
  { backend, method, path }: RestOperation,
  backends: readonly RestBackendDeclaration[],
): readonly LoadProblem[] => {
  const own = mountPrefix(backend);
  const literals = [
    ...own,
    ...path.segments.map(([part, more]) =>
      more === undefined && part !== undefined && "literal" in part ? part.literal : undefined,
    ),
  ];
  const [first] = literals;
  const inside = backends.find((other) => {
    const prefix = mountPrefix(other);
    return prefix.length > own.length && prefix.every((text, index) => text === literals[index]);
  });
  const rival =
    first !== undefined && isOwnPath(first)
      ? "a path of the sidecar itself"
      : inside === undefined
        ? undefined
        : `the mount ${inside.mount} of the backend "${inside.name}"`;
  if (rival === undefined) return [];
  return [
    {
      file,
      place: "operation",
      message: `${method} ${path.template} under the mount ${backend.mount} collides with ${rival}: no request would reach it`,
      mend: `give the backend "${backend.name}" another mount, or write \`rest: false\` here`,
    },
  ];
};
