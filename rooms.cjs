// Who may import whom: the one map. Each room is a file or folder of src/, with the rooms it may import. Read by
// .dependency-cruiser.cjs (which enforces it) and by docs/generate.ts (which draws what the code makes of it).

/** Files in the hall, and folders. `type:` in front of a room allows its types alone. */
const rooms = {
  nearest: [],
  refusal: [],
  call: ["refusal"],
  settings: ["nearest"],
  telemetry: ["refusal"],
  mcp: ["call"],
  json: ["refusal"],
  schema: ["call", "refusal", "json"],
  contract: ["call", "refusal", "schema", "json", "nearest"],
  index: ["contract"],
  check: ["call", "refusal", "mcp", "contract", "json"],
  backend: [
    "call",
    "refusal",
    "mcp",
    "json",
    "telemetry",
    "contract",
    "type:check/checked-call",
    "type:check/allowed-message",
  ],
  journal: ["call", "refusal"],
  gateway: ["call", "refusal", "telemetry", "contract", "check", "backend/backend", "journal/journal"],
  ingress: ["call", "refusal", "mcp", "json", "telemetry", "contract", "gateway", "type:schema/schema"],
  admin: ["type:backend/backend"],
  rehearse: ["refusal", "contract", "gateway"],
  import: ["contract", "schema", "nearest"],
  "open-backends": ["settings", "telemetry", "contract", "backend"],
  app: [
    "refusal",
    "settings",
    "telemetry",
    "contract",
    "check/request-state",
    "gateway",
    "open-backends",
    "journal",
    "ingress",
    "admin",
  ],
  cli: ["call", "nearest", "app", "open-backends", "import", "rehearse", "contract", "settings"],
  main: ["cli"],
};

/** Packages that only some rooms may touch, or take types from; everything else is free. */
const confined = {
  fastify: ["ingress", "admin", "type:app"],
  undici: ["backend"],
  ajv: ["schema"],
  re2js: ["schema"],
  zod: ["index", "settings", "contract"],
  yaml: ["contract"],
  diff: ["contract"],
  "eventsource-parser": ["backend"],
  pino: ["journal", "cli", "type:app"],
  "openapi-typescript": ["cli"],
};

module.exports = { rooms, confined };
