// Around a backend: how long it takes, how many calls wait for it, and a span that goes with what is sent.
import type { Backend } from "../backend/backend.ts";
import type { MeasureParts } from "./measure.ts";
import { describeSent, startSent } from "./spans.ts";
import { createWithinSpan } from "./within-span.ts";

export const createBackendMeasure = ({ metrics, openTelemetry, calls, attempt }: MeasureParts) => {
  const observe = metrics.histogram("backendSeconds");
  const withinSpan = createWithinSpan({ openTelemetry, attempt });
  const inFlight = new Map<string, { count: number }>();
  metrics.watch("backendCalls", () => [...inFlight].map(([backend, { count }]) => [count, { backend }]));

  return (name: string, backend: Backend): Backend => {
    const waiting = inFlight.get(name) ?? { count: 0 }; // of all versions of the contracts together
    inFlight.set(name, waiting);
    return {
      ...backend,
      send: (call, streams, more) => {
        const underWay = calls.find(call.call);
        return withinSpan({
          start: () => ({ ...startSent(call), parent: underWay?.span?.context }),
          run: async (span) => {
            const trace = openTelemetry.passesOn ? span?.context : undefined;
            waiting.count += 1;
            underWay?.sendingBegins(performance.now());
            try {
              return await backend.send(call, streams, { ...more, trace });
            } finally {
              underWay?.sendingEnds(performance.now());
              waiting.count -= 1;
            }
          },
          describe: (answer) => describeSent(call, answer),
          take: (answer, seconds) => {
            observe({ backend: name, code: answer.ok ? "answered" : answer.refusal.code }, seconds);
            if (call.contract.operation.kind === "mcp")
              openTelemetry.recordDuration?.("client", seconds, describeSent(call, answer));
          },
        });
      },
    };
  };
};
