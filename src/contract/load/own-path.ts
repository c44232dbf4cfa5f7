// Paths of the sidecar itself on the data port: no mount and no contract may stand there.

const OWN_PATHS: ReadonlySet<string> = new Set(["call", "check", "tools", "openapi.json", "mcp", "hooks", "r"]);

export const isOwnPath = (firstSegment: string): boolean => OWN_PATHS.has(firstSegment);
