// What is counted, for Prometheus: a registry for one sidecar, so that several can run in one process. What others know at
// any time (calls in flight, the health of journal and store) is read from them at each scrape.
import { setTimeout as sleep } from "node:timers/promises";
import type {
  Counter as CounterOf,
  Gauge as GaugeOf,
  Histogram as HistogramOf,
  Registry as PromRegistry,
} from "prom-client";
import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import Histogram from "prom-client/lib/histogram.js";
import Registry from "prom-client/lib/registry.js";
import { type MetricName, metrics as names } from "./names.ts";

type NamesOf<Kind extends string> = {
  [Name in MetricName]: (typeof names)[Name]["kind"] extends Kind ? Name : never;
}[MetricName];
type LabelOf<Name extends MetricName> = (typeof names)[Name]["labels"][number];

/** A value, with the labels that it stands under. */
export type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

export interface Metrics {
  counter<Name extends NamesOf<"counter">>(name: Name): CounterOf<LabelOf<Name>>;
  gauge<Name extends NamesOf<"gauge">>(name: Name): GaugeOf<LabelOf<Name>>;
  histogram<Name extends NamesOf<"histogram">>(name: Name): HistogramOf<LabelOf<Name>>;
  /** Read at each scrape; a later reader takes the place of an earlier one. Counters give their whole value. */
  watch(name: NamesOf<"counter" | "gauge">, read: () => Iterable<Sample> | Promise<Iterable<Sample>>): void;
  /** In Prometheus' text format. However often it is asked, it takes a tenth of the process at most. */
  render(): Promise<Rendered>;
  readonly registry: PromRegistry;
}

export interface Rendered {
  readonly contentType: string;
  readonly text: string;
}

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const optionsOf = (name: MetricName) => {
    const { name: full, help, labels } = names[name];
    return { name: full, help, labelNames: [...labels], registers: [registry] };
  };
  const watch: Metrics["watch"] = (name, read) => {
    registry.removeSingleMetric(names[name].name);
    const options = { ...optionsOf(name), collect: () => collect() };
    const metric = names[name].kind === "counter" ? new Counter<string>(options) : new Gauge<string>(options);
    const collect = async (): Promise<void> => {
      const samples = [...(await read())];
      metric.reset();
      if (samples.length === 0 && options.labelNames.length === 0) metric.remove();
      for (const [value, labels = {}] of samples) metric.inc(labels, value);
    };
  };
  return {
    counter: (name) => new Counter(optionsOf(name)),
    gauge: (name) => new Gauge(optionsOf(name)),
    histogram: (name) => new Histogram({ ...optionsOf(name), buckets: [...(names[name].buckets ?? [])] }),
    watch,
    render: sparing(async () => ({ contentType: registry.contentType, text: await registry.metrics() })),
    registry,
  };
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
