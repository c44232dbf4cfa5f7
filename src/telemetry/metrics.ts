// What is counted, for Prometheus: a registry for one sidecar, so that several can run in one process. What others know at
// any time (calls in flight, the health of journal and store) is read from them at each scrape.
import { setTimeout as sleep } from "node:timers/promises";
import type { Registry as PromRegistry } from "prom-client";
import Registry from "prom-client/lib/registry.js";
import { type BucketCell, Cells, type CountCell, type Labels, observe } from "./cells.ts";
import { type MetricName, metrics as names } from "./names.ts";
import { createToolNames } from "./tool-names.ts";

type NamesOf<Kind extends string> = {
  [Name in MetricName]: (typeof names)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
type LabelsOf<Name extends MetricName> = Readonly<Record<(typeof names)[Name]["labels"][number], string>>;

/** A value, with the labels that it stands under. */
export type Sample = readonly [value: number, labels?: Labels];

export interface Metrics {
  counter<Name extends NamesOf<"counter">>(name: Name): (labels: LabelsOf<Name>) => void;
  histogram<Name extends NamesOf<"histogram">>(name: Name): (labels: LabelsOf<Name>, value: number) => void;
  /** Read at each scrape; a later reader takes the place of an earlier one. Counters give their whole value. */
  watch(name: NamesOf<"counter" | "gauge">, read: () => Iterable<Sample> | Promise<Iterable<Sample>>): void;
  /** In Prometheus' text format. However often it is asked, it takes a tenth of the process at most. */
  render(): Promise<Rendered>;
  readonly registry: Pick<PromRegistry, "getMetricsAsJSON">;
}

export interface Rendered {
  readonly contentType: string;
  readonly text: string;
}

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const nameTool = createToolNames(); // the same in all of them, so that they can be joined
  const bound = (labels: Labels): Labels => {
    const { tool } = labels;
    const name = tool === undefined ? undefined : nameTool(tool);
    return name === undefined || name === tool ? labels : { ...labels, tool: name };
  };
  const watch: Metrics["watch"] = (name, read) =>
    register(registry, name, async () => readSamples(name, await read(), bound));
  return {
    counter: (name) => {
      const cells = new Cells<CountCell>(names[name].labels, () => ({ count: 0 }));
      register(registry, name, () => writeCounts(cells));
      return (labels) => {
        cells.find(bound(labels)).count += 1;
      };
    },
    histogram: (name) => {
      const { labels: labelNames, name: full } = names[name];
      const bounds = names[name].buckets ?? [];
      const make = (): BucketCell => ({
        sum: 0,
        count: 0,
        buckets: Array.from({ length: bounds.length + 1 }, () => 0),
      });
      const cells = new Cells(labelNames, make);
      register(registry, name, () => [...cells.all()].flatMap((cell) => writeBuckets(full, bounds, cell)));
      return (labels, value) => observe(cells.find(bound(labels)), bounds, value);
    },
    watch,
    render: sparing(async () => ({ contentType: registry.contentType, text: await registry.metrics() })),
    registry,
  };
};

interface Value {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Those that stand under the same labels, once these are bounded, are added up. */
const readSamples = (
  name: MetricName,
  samples: Iterable<Sample>,
  bound: (labels: Labels) => Labels,
): readonly Value[] => {
  const labelNames: readonly string[] = names[name].labels;
  if (!labelNames.includes("tool")) return [...samples].map(([value, labels = {}]) => ({ value, labels }));
  const cells = new Cells<CountCell>(labelNames, () => ({ count: 0 }));
  for (const [value, labels = {}] of samples) cells.find(bound(labels)).count += value;
  return writeCounts(cells);
};

const writeCounts = (cells: Cells<CountCell>): readonly Value[] =>
  [...cells.all()].map(([labels, { count }]) => ({ value: count, labels }));

const register = (
  registry: PromRegistry,
  name: MetricName,
  values: () => readonly Value[] | Promise<readonly Value[]>,
): void => {
  const { name: full, help, kind } = names[name];
  const head = { name: full, help, type: kind, aggregator: "sum" };
  registry.removeSingleMetric(full);
  // Its types want one of its own classes; a registry asks for a name and for `get`, and no more.
  registry.registerMetric({ ...head, get: async () => ({ ...head, values: await values() }) } as never);
};

/** Each bucket with all below it, then the sum and the count. */
const writeBuckets = (
  name: string,
  bounds: readonly number[],
  [labels, { sum, count, buckets }]: readonly [Labels, BucketCell],
): readonly Value[] => {
  let below = 0;
  const lines = bounds.map((bound, index) => {
    below += buckets[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le: String(bound), ...labels }, value: below };
  });
  return [
    ...lines,
    { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
};

/** Nobody needs a token to ask: whoever asks without end must not get all of the process. */
const REST = 9;

/** Rests nine times as long as it took. Those who ask meanwhile wait, and get the next one together. */
const sparing = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let rested: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const takeTurn = async (): Promise<T> => {
    await rested;
    next = undefined; // who asks from here on wants what is true then
    const begun = performance.now();
    const made = make();
    rested = made
      .catch(() => undefined)
      .then(() => sleep((performance.now() - begun) * REST, undefined, { ref: false }));
    return made;
  };
  return () => (next ??= takeTurn());
};
