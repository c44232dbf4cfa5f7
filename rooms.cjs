// Who may import whom: the one map. Each room is a file or folder of src/, with the rooms it may import. Read by
// .dependency-cruiser.cjs (which enforces it) and by docs/rooms.ts (which draws it).

/** Files in the hall, and folders. `type:` in front of a room allows its types alone. */
const rooms = {
  nearest: [],
  refusal: [],
  call: ["refusal"],
  settings: ["nearest"],
  telemetry: ["refusal"],
  json: ["refusal"],
  schema: ["call", "refusal", "json", "nearest"],
  contract: ["call", "refusal", "schema", "json", "nearest"],
  index: ["contract"],
  check: ["call", "refusal", "contract", "schema", "json"],
  backend: ["call", "refusal", "json", "telemetry", "contract", "type:check/checked-call"],
  journal: ["call", "refusal"],
  gateway: ["call", "refusal", "telemetry", "contract", "check", "backend/backend", "journal/journal"],
  ingress: ["call", "refusal", "json", "telemetry", "contract", "gateway", "type:schema/schema"],
  admin: ["call", "refusal", "telemetry", "contract", "journal"],
  rehearse: ["call", "refusal", "contract", "gateway"],
  import: ["call", "contract", "schema", "json", "nearest"],
  app: ["call", "refusal", "settings", "telemetry", "contract", "gateway", "backend", "journal", "ingress", "admin"],
  cli: [
    "call",
    "refusal",
    "nearest",
    "app",
    "import",
    "rehearse",
    "contract",
    "check",
    "settings",
    "schema",
    "gateway",
  ],
  main: ["cli"],
};

/** Packages that only some rooms may touch; everything else is free. */
const confined = {
  fastify: ["ingress", "admin", "app"],
  undici: ["backend"],
  ajv: ["schema"],
  re2js: ["schema"],
  zod: ["index", "settings", "contract"],
  yaml: ["contract", "import"],
  pino: ["journal", "cli", "type:app"],
  "openapi-typescript": ["cli", "import"],
};

module.exports = { rooms, confined };
