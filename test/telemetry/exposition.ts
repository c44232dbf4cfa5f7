// Prometheus' text format, read strictly: what a scrape of a running sidecar holds, name by name and label by label.
// https://prometheus.io/docs/instrumenting/exposition_formats/
import type { RunningApp } from "../support/running-app.ts";

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SERIES = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([0-9.e+-]+|[+-]Inf|NaN)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

const readLabels = (text: string): Readonly<Record<string, string>> => {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no labels: ${text}`);
    labels[name] = value;
  }
  return labels;
};

/** Throws for a line that is none. */
export const readExposition = (text: string): readonly Series[] =>
  text.split("\n").flatMap((line) => {
    if (line === "" || line.startsWith("#")) return [];
    const [, name, labels = "", value] = SERIES.exec(line) ?? [];
    if (name === undefined) throw new Error(`no series: ${line}`);
    return [{ name, labels: readLabels(labels), value: Number(value) }];
  });

export const scrape = async ({ app }: Pick<RunningApp, "app">): Promise<readonly Series[]> => {
  const answer = await fetch(`${app.adminUrl}/metrics`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return readExposition(await answer.text());
};

/** The sum of all series of this name that have these labels. */
export const valueOf = (
  all: readonly Series[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined => {
  const found = all.filter(
    (series) =>
      series.name === name && Object.entries(labels).every(([label, value]) => series.labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
};
