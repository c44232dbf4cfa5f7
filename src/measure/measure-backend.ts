// Around a backend: how long it takes, how many calls wait for it, and a span that goes with what is sent.
import type { Backend } from "../backend/backend.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import type { Span } from "../telemetry/open-telemetry.ts";
import type { MeasureParts } from "./measure.ts";
import { describeSent, startSent } from "./spans.ts";
import type { UnderWay } from "./under-way.ts";

export const createBackendMeasure = ({ metrics, openTelemetry, calls, attempt }: MeasureParts) => {
  const observe = metrics.histogram("backendSeconds");
  const inFlight = new Map<string, { count: number }>();
  metrics.watch("backendCalls", () => [...inFlight].map(([backend, { count }]) => [count, { backend }]));

  const begin = (call: CheckedCall): Sending => {
    const begun = performance.now();
    const underWay = calls.find(call.call);
    underWay?.sendingBegins(begun);
    const span = openTelemetry.startSpan?.({ ...startSent(call), parent: underWay?.span?.context });
    return { underWay, span, begun };
  };
  const end = (name: string, call: CheckedCall, { answer, sending }: Sent): void => {
    const { underWay, span, begun } = sending;
    const now = performance.now();
    underWay?.sendingEnds(now);
    observe({ backend: name, code: answer.ok ? "answered" : answer.refusal.code }, (now - begun) / 1000);
    span?.end(() => describeSent(call, answer));
    if (call.contract.operation.kind !== "mcp") return;
    openTelemetry.recordDuration?.("client", (now - begun) / 1000, describeSent(call, answer));
  };

  return (name: string, backend: Backend): Backend => {
    const waiting = inFlight.get(name) ?? { count: 0 }; // of all versions of the contracts together
    inFlight.set(name, waiting);
    return {
      ...backend,
      send: async (call, streams, more) => {
        const sending = attempt(() => begin(call));
        const trace = openTelemetry.passesOn ? sending?.span?.context : undefined;
        waiting.count += 1;
        try {
          const answer = await backend.send(call, streams, { ...more, trace });
          if (sending !== undefined) attempt(() => end(name, call, { answer, sending }));
          return answer;
        } finally {
          waiting.count -= 1;
        }
      },
    };
  };
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
