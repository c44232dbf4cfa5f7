// A collector: takes OTLP over HTTP as JSON and shows the spans and metrics that came; or takes nothing.
// https://opentelemetry.io/docs/specs/otlp/
import { type IncomingHttpHeaders, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { type Members, listOf, membersOf } from "../support/json.ts";

export interface ReceivedSpan {
  readonly name: string;
  readonly kind: "server" | "client" | "other";
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface ReceivedMetric {
  readonly name: string;
  /** The value, or of a histogram its count. */
  readonly points: readonly { readonly attributes: Readonly<Record<string, unknown>>; readonly value: number }[];
}

export interface OtlpReceiver {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[];
  spans(): readonly ReceivedSpan[];
  /** As they came last. */
  metrics(): readonly ReceivedMetric[];
  resource(): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** `answers`: false for one that takes what comes and never says so. */
export const startOtlpReceiver = async ({ answers = true } = {}): Promise<OtlpReceiver> => {
  const requests: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      requests.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
      if (answers) response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bodiesOf = (path: string): readonly Members[] =>
    requests.flatMap((one) => (one.path === path ? [membersOf(JSON.parse(one.body.toString()))] : []));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server that listens has one
    requests,
    spans: () =>
      bodiesOf("/v1/traces")
        .flatMap((body) => within(body, "resourceSpans", "scopeSpans", "spans"))
        .map(readSpan),
    metrics: () =>
      within(bodiesOf("/v1/metrics").at(-1) ?? {}, "resourceMetrics", "scopeMetrics", "metrics").map(readMetric),
    resource: () => {
      const [first] = bodiesOf("/v1/traces").flatMap((body) => within(body, "resourceSpans"));
      return readAttributes(membersOf(first?.["resource"])["attributes"]);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** All members at the end of a way through lists. */
const within = (body: Members, ...names: readonly string[]): readonly Members[] =>
  names.reduce<readonly Members[]>(
    (found, name) => found.flatMap((one) => listOf(one[name]).map((each) => membersOf(each))),
    [body],
  );

const KINDS: Readonly<Record<number, ReceivedSpan["kind"]>> = { 2: "server", 3: "client" };
const ERROR = 2;

const readSpan = (span: Members): ReceivedSpan => ({
  name: String(span["name"]),
  kind: KINDS[Number(span["kind"])] ?? "other",
  traceId: String(span["traceId"]),
  spanId: String(span["spanId"]),
  parentSpanId: span["parentSpanId"] === undefined ? undefined : String(span["parentSpanId"]),
  links: within(span, "links").map(({ traceId, spanId }) => ({ traceId: String(traceId), spanId: String(spanId) })),
  isError: membersOf(span["status"])["code"] === ERROR,
  attributes: readAttributes(span["attributes"]),
});

const readMetric = (metric: Members): ReceivedMetric => {
  const data = membersOf(metric["sum"] ?? metric["gauge"] ?? metric["histogram"]);
  const points = within(data, "dataPoints").map((point) => ({
    attributes: readAttributes(point["attributes"]),
    value: Number(point["asDouble"] ?? point["asInt"] ?? point["count"]),
  }));
  return { name: String(metric["name"]), points };
};

const readAttributes = (attributes: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    listOf(attributes).map((attribute) => {
      const { key, value } = membersOf(attribute);
      const [held] = Object.values(membersOf(value));
      return [String(key), held];
    }),
  );
