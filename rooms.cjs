// Who may import whom: the one map. Each room is a file or folder of src/, with the rooms it may import. Read by
// .dependency-cruiser.cjs (which enforces it) and by docs/rooms.ts (which draws it).

/** Files in the hall, and folders. `type:` in front of a room allows its types alone. */
const rooms = {
  "json-number": [],
  nearest: [],
  refusal: [],
  call: ["refusal"],
  settings: ["nearest"],
  telemetry: ["refusal"],
  "strict-json": ["json-number", "refusal"],
  schema: ["call", "refusal", "strict-json", "nearest"],
  contract: ["call", "refusal", "schema", "strict-json", "nearest"],
  index: ["contract"],
  check: ["call", "refusal", "contract", "schema", "strict-json"],
  backend: ["call", "refusal", "strict-json", "telemetry", "contract", "type:check/checked-call"],
  journal: ["call", "refusal"],
  gateway: ["call", "refusal", "telemetry", "contract", "check", "backend/backend", "journal/journal"],
  ingress: ["call", "refusal", "strict-json", "json-number", "telemetry", "contract", "gateway", "type:schema/schema"],
  admin: ["call", "refusal", "telemetry", "contract", "journal"],
  import: ["call", "contract", "schema", "strict-json"],
  app: ["call", "refusal", "settings", "telemetry", "contract", "gateway", "backend", "journal", "ingress", "admin"],
  cli: ["call", "refusal", "app", "import", "contract", "check", "settings", "schema", "gateway"],
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
