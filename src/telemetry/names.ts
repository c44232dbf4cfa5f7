// Every name that telemetry uses: metrics, spans, attributes. docs/OPERATING.md is written from the table of metrics, and
// dashboard and alerts are compared with what a running sidecar exposes under these names.
//
// Spans, their attributes and the mcp.* histograms: OpenTelemetry's semantic conventions for MCP and GenAI
// (open-telemetry/semantic-conventions-genai, in development: they may change), and for HTTP. `checkrein.*` are our own.

interface Words {
  readonly help: string;
  /** For the operator: what it is good for, and what to do. */
  readonly look: string;
  /** Of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

/** Labels each have a bounded set of values, none of which an agent can choose. */
const define =
  <Kind extends string>(kind: Kind) =>
  <const Labels extends readonly string[]>(name: string, labels: Labels, words: Words) => ({
    kind,
    name,
    labels,
    ...words,
  });
const counter = define("counter");
const gauge = define("gauge");
const histogram = define("histogram");

const SIDECAR_SECONDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const BACKEND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** In the order of the page. */
export const metrics = Object.freeze({
  calls: counter("checkrein_calls_total", ["tool", "ingress", "code", "class", "blame", "forwarded"], {
    help: "Calls that have ended, by what came of them.",
    look: "`code` is `ok`, `tool_error` (an MCP tool says that it failed) or the code of the refusal, which docs/REFUSALS.md explains. By `blame`: `agent`, teach it; `backend`, look there; `sidecar`, look at the log. `ingress` `check` forwards nothing, `lookup` was a rule",
  }),
  sidecarSeconds: histogram("checkrein_sidecar_duration_seconds", ["ingress"], {
    help: "Time of a call in the sidecar itself: reading aside, all but the time of backends. Waiting for store and journal is in it.",
    look: "When it grows with the backends' time flat: CPU, event loop, store or disk of the journal",
    buckets: SIDECAR_SECONDS,
  }),
  backendSeconds: histogram("checkrein_backend_duration_seconds", ["backend", "code"], {
    help: "Time from a call's hand-over to a backend to its whole answer, or to the head of a streamed one.",
    look: "`code` is `answered`, whatever the status, or why there was no answer that can be used",
    buckets: BACKEND_SECONDS,
  }),
  backendCalls: gauge("checkrein_backend_calls_in_flight", ["backend"], {
    help: "Calls that wait for a backend's answer.",
    look: "One that stays high is slow, or has too few connections",
  }),
  relayedSeconds: histogram("checkrein_relayed_duration_seconds", ["backend", "method", "code"], {
    help: "Time of messages of MCP that are no calls of tools and are passed on to a server, such as resources/read.",
    look: "`code` is `ok`, `rpc_error` (the server says no), `cancelled` (the agent left, the sidecar stopped, or a subscription outlived its contracts) or the code of the refusal. A subscription ends with its stream",
    buckets: BACKEND_SECONDS,
  }),
  requestsInFlight: gauge("checkrein_requests_in_flight", [], {
    help: "Requests on the data port that are not answered yet, open streams among them.",
    look: "What a stop waits for",
  }),
  admitted: gauge("checkrein_admitted", ["kind"], {
    help: "Requests that admission has let in: calls, and streams that agents hold open.",
    look: "Against `CHECKREIN_MAX_IN_FLIGHT`, which bounds each of the two; what comes above it is refused as `overloaded`",
  }),
  admittedBytes: gauge("checkrein_admitted_bytes", ["of"], {
    help: "Memory that requests in flight hold: their bodies, and answers that are not small.",
    look: "Against `CHECKREIN_MAX_IN_FLIGHT_BYTES`",
  }),
  breakers: gauge("checkrein_breaker_state", ["backend", "state"], {
    help: "1 for the state that a backend's breaker is in: closed, open, or half_open.",
    look: "`open`: the backend failed again and again, and is left alone for a while; its calls are refused as `upstream_unavailable`",
  }),
  unread: counter("checkrein_unread_requests_total", ["code"], {
    help: "Requests that were refused before they were a call: no form, no caller, no such path.",
    look: "`unauthenticated`: a wrong or old key; the rest: an agent that does not speak the protocol, or probes",
  }),
  observed: counter("checkrein_observed_calls_total", ["tool", "code"], {
    help: "Calls of observed tools that were forwarded although they are refused, by what they are refused with.",
    look: "What would be refused without observe mode",
  }),
  faults: counter("checkrein_faults_total", [], {
    help: "Mistakes of the sidecar, or of a contract's own function.",
    look: "Should be 0: each has a line of level error in the log, with the call's id",
  }),
  warnings: counter("checkrein_warnings_total", [], {
    help: "What backends did that an operator should look at.",
    look: "Each has a line of level warn in the log",
  }),
  ready: gauge("checkrein_ready", [], {
    help: "1 while the sidecar takes calls, as /readyz says.",
    look: "0: it is stopping",
  }),
  build: gauge("checkrein_build_info", ["version", "node"], {
    help: "Always 1: the version of checkrein, and of Node.",
    look: "Which replica runs what",
  }),
  contracts: gauge("checkrein_contracts", [], {
    help: "Contracts that are loaded.",
    look: "Differs between replicas only while a new set is rolled out",
  }),
  contractSet: gauge("checkrein_contracts_info", ["version"], {
    help: "Always 1: the version of the contracts that is served, as /readyz says.",
    look: "Two versions among the replicas for long: one did not get, or did not take, the new set",
  }),
  contractsRefused: gauge("checkrein_contracts_refused", [], {
    help: "1 while the files are not what is served: they were changed, and are not good.",
    look: "`GET /contracts` on the admin port names every problem; the earlier set is served on",
  }),
  reloads: counter("checkrein_reloads_total", ["result"], {
    help: "Reloads of the contracts: switched, refused, or unchanged.",
    look: "`refused`: as above",
  }),
  lingering: gauge("checkrein_contract_versions_lingering", [], {
    help: "Versions of the contracts that are not served any more and still have requests in flight.",
    look: "Open streams keep the version that they began with, for five minutes at most",
  }),
  modules: gauge("checkrein_module_versions", [], {
    help: "Modules that files of contracts have become in this process: Node frees none of them.",
    look: "Some 22 KB each: restart a replica that has many thousands",
  }),
  journalTrouble: gauge("checkrein_journal_trouble", [], {
    help: "1 while the journal cannot be written.",
    look: "Calls of tools with effect are refused as `journal_unavailable`: look at the disk",
  }),
  journalLost: counter("checkrein_journal_lost_records_total", [], {
    help: "Records that the journal had no room for.",
    look: "The journal says where its gaps are: `checkrein journal verify`",
  }),
  journalWaiting: gauge("checkrein_journal_waiting_records", [], {
    help: "Records that are not written yet.",
    look: "One that grows: the disk is slower than the calls",
  }),
  storeTrouble: gauge("checkrein_store_trouble", [], {
    help: "1 while the state store does not answer, or is not trusted.",
    look: "Calls that rules remember are refused as `state_unavailable`; `/readyz` says why",
  }),
  settlementsWaiting: gauge("checkrein_settlements_waiting", [], {
    help: "Ended calls whose claims the store has not taken yet.",
    look: "They are tried again; until then what they claimed stays claimed",
  }),
  settlementsLost: counter("checkrein_settlements_given_up_total", [], {
    help: "Ended calls whose claims were given up: too many waited.",
    look: "They end as unknown and stay counted: `GET /claims` on the admin port",
  }),
  drifted: gauge("checkrein_drifted_tools", ["backend"], {
    help: "Tools of an MCP server that are not as they are locked: their calls are refused as contract_drift.",
    look: "`GET /backends` on the admin port shows the change; accept it with `checkrein lock`",
  }),
  exportFailures: counter("checkrein_otlp_failures_total", [], {
    help: "Troubles of the export over OTLP, where it is on.",
    look: "The collector is away or refuses: spans are dropped, calls go on",
  }),
  cpu: counter("process_cpu_seconds_total", [], {
    help: "CPU time of the process, user and system.",
    look: "One that comes near 1 a second has a full core: add replicas",
  }),
  memory: gauge("process_resident_memory_bytes", [], {
    help: "Resident memory of the process.",
    look: "Against the container's limit",
  }),
  heap: gauge("nodejs_heap_size_used_bytes", [], {
    help: "Used heap of V8.",
    look: "One that only grows is a leak",
  }),
  openFiles: gauge("process_open_fds", [], {
    help: "Open file descriptors, sockets among them (Linux).",
    look: "Against process_max_fds",
  }),
  mostFiles: gauge("process_max_fds", [], {
    help: "Limit of open file descriptors (Linux).",
    look: "Raise it with `ulimit -n` where many agents hold streams open",
  }),
  started: gauge("process_start_time_seconds", [], {
    help: "When the process began, in seconds of the Unix epoch.",
    look: "One that changes: restarts",
  }),
  loopMedian: gauge("nodejs_eventloop_lag_p50_seconds", [], {
    help: "Delay of the event loop, the median of the last ten seconds or more.",
    look: "Near 0 on a machine with room",
  }),
  loopTail: gauge("nodejs_eventloop_lag_p99_seconds", [], {
    help: "Delay of the event loop, the 99th percentile of the last ten seconds or more.",
    look: "Above 0.1: one call holds up the others, or the machine is full",
  }),
});

export type MetricName = keyof typeof metrics;

/** Label values beside names that contracts have: letters, digits, `_` and `-` alone, so that none can be one of these. */
export const UNKNOWN_TOOL = "(unknown)";
export const OTHER_TOOLS = "(other)";

/** A value that is none of those known, of OpenTelemetry's attributes with a closed set of them. */
export const OTHER_VALUE = "_OTHER";

/** Who measures, in every span and metric of OpenTelemetry. */
export const SCOPE = "checkrein";

/** Histograms of OpenTelemetry alone, seconds. */
export const durations = Object.freeze({
  server: "mcp.server.operation.duration",
  client: "mcp.client.operation.duration",
  buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
});

export const TOOLS_CALL = "tools/call";
export const EXECUTE_TOOL = "execute_tool";

export const attributes = Object.freeze({
  method: "mcp.method.name",
  revision: "mcp.protocol.version",
  rpcStatus: "rpc.response.status_code",
  transport: "network.transport",
  operation: "gen_ai.operation.name",
  tool: "gen_ai.tool.name",
  toolType: "gen_ai.tool.type",
  toolCall: "gen_ai.tool.call.id",
  errorType: "error.type",
  httpMethod: "http.request.method",
  httpStatus: "http.response.status_code",
  template: "url.template",
  ingress: "checkrein.ingress",
  backend: "checkrein.backend",
  contract: "checkrein.contract.digest",
  decision: "checkrein.decision",
  code: "checkrein.refusal.code",
  class: "checkrein.refusal.class",
  blame: "checkrein.refusal.blame",
  forwarded: "checkrein.forwarded",
  observed: "checkrein.observed",
  repeats: "checkrein.repeats",
});
