// Enforces rooms.cjs in `npm test`: the map of rooms, confined packages, no cycles, no orphans, no unknown room.
const { rooms, confined } = require("./rooms.cjs");

const names = Object.keys(rooms);
const pathOf = (room) => (room.includes("/") ? `^src/${room}\\.ts$` : `^src/${room}(?:\\.ts$|/)`);
const bare = (room) => room.replace(/^type:/, "");
const isTypeOnly = (room) => room.startsWith("type:");

const roomRules = names.map((room) => ({
  name: `room-${room}`,
  comment: `${room} may import: ${rooms[room].join(", ") || "no other room"} (rooms.cjs)`,
  severity: "error",
  from: { path: pathOf(room) },
  to: { path: "^src/", pathNot: [pathOf(room), ...rooms[room].map((other) => pathOf(bare(other)))] },
}));

const typesAlone = (room, target, path) => ({
  name: `types-of-${target}-in-${room}`,
  comment: `${room} may take types from ${target}, nothing else`,
  severity: "error",
  from: { path: pathOf(room) },
  to: { path, dependencyTypesNot: ["type-only"] },
});

const typeRules = names.flatMap((room) =>
  rooms[room]
    .filter(isTypeOnly)
    .map(bare)
    .map((other) => typesAlone(room, other, pathOf(other))),
);

const packageRules = Object.entries(confined).flatMap(([name, allowed]) => [
  {
    name: `package-${name}`,
    comment: `${name} is for ${allowed.join(", ")} alone (rooms.cjs)`,
    severity: "error",
    from: { path: "^src/", pathNot: allowed.map((room) => pathOf(bare(room))) },
    to: { path: `^node_modules/${name}/` },
  },
  ...allowed
    .filter(isTypeOnly)
    .map(bare)
    .map((room) => typesAlone(room, name, `^node_modules/${name}/`)),
]);

module.exports = {
  forbidden: [
    ...roomRules,
    ...typeRules,
    ...packageRules,
    {
      name: "no-cycle",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphan",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: ["^src/(?:main|index)\\.ts$", "\\.d\\.ts$"] },
      to: {},
    },
    { name: "no-unknown-room", severity: "error", from: {}, to: { path: "^src/", pathNot: names.map(pathOf) } },
    {
      name: "permit-is-made-in-check",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/check/" },
      to: { path: "^src/check/(?:checked-call|allowed-message)\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "refused-calls-get-permits-in-check-call",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/check/check-call\\.ts$" },
      to: { path: "^src/check/observe\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "contracts-use-the-front-door",
      severity: "error",
      from: { path: "^contracts/" },
      to: { path: "^src/", pathNot: "^src/index\\.ts$" },
    },
    {
      name: "no-test-code",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(?:test|bench|examples|contracts)/" },
    },
    {
      name: "no-dev-package",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/types\\.ts$" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    { name: "resolvable", severity: "error", from: { path: "^src/" }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.d\\.ts$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
