// Around a backend: how long it takes, how many calls wait for it, and a span that goes with what is sent.
import type { Backend } from "../backend/backend.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import type { Span } from "../telemetry/open-telemetry.ts";
import type { MeasureParts } from "./measure.ts";
import { describeSent, startSent } from "./spans.ts";
import type { UnderWay } from "./under-way.ts";

export const createBackendMeasure = ({ metrics, openTelemetry, calls, attempt }: MeasureParts) => {
  const seconds = metrics.histogram("backendSeconds");
  const inFlight = new Map<string, number>();
  metrics.watch("backendCalls", () => inFlight.entries().map(([backend, count]) => [count, { backend }]));
  const add = (backend: string, by: 1 | -1): unknown => inFlight.set(backend, (inFlight.get(backend) ?? 0) + by);

  const begin = (call: CheckedCall): Sending => {
    const underWay = calls.find(call.call);
    underWay?.sendingBegins();
    const span = openTelemetry.startSpan?.({ ...startSent(call), parent: underWay?.span?.context });
    return { underWay, span, begun: performance.now() };
  };
  const end = (name: string, call: CheckedCall, { answer, sending }: Sent): void => {
    sending.underWay?.sendingEnds();
    const took = (performance.now() - sending.begun) / 1000;
    seconds.observe({ backend: name, code: answer.ok ? "answered" : answer.refusal.code }, took);
    sending.span?.end(() => describeSent(call, answer));
    if (call.contract.operation.kind !== "mcp") return;
    openTelemetry.recordDuration?.("client", took, describeSent(call, answer));
  };

  return (name: string, backend: Backend): Backend => ({
    ...backend,
    send: async (call, streams) => {
      const sending = attempt(() => begin(call));
      add(name, 1);
      const sent = backend.send(call, streams, openTelemetry.passesOn ? sending?.span?.context : undefined);
      const answer = await sent.finally(() => add(name, -1));
      if (sending !== undefined) attempt(() => end(name, call, { answer, sending }));
      return answer;
    },
  });
};

interface Sending {
  readonly underWay: UnderWay | undefined;
  readonly span: Span | undefined;
  readonly begun: number;
}

interface Sent {
  readonly sending: Sending;
  readonly answer: Awaited<ReturnType<Backend["send"]>>;
}
