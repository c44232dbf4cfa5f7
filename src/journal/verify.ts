// Whether a journal is what was written: each record itself, each chain of them, and each chain against its signed checkpoints.
// Lines come one after the other and are not kept. Whoever can write the whole journal can make a chain that is right in itself:
// only checkpoints that he cannot sign show what he did, and only up to the last of them.
import { readLink } from "./chain.ts";
import { type Anchors, type Signed, readAnchors } from "./verify/anchors.ts";
import { createBadLines } from "./verify/bad-lines.ts";
import { type ChainCheck, type ChainReport, createChainCheck } from "./verify/chain-check.ts";
import { type Finding, type Findings, type Found, createFindings } from "./verify/findings.ts";

export interface Report {
  /** Empty when nothing is wrong. */
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly more: number;
  readonly chains: readonly ChainReport[];
  readonly lines: number;
  /** A last line that is no record: a process that was killed left it half written. */
  readonly tornLine?: number;
  /** More than one chain where a sidecar writes one. */
  readonly isMixed?: true;
}

export interface Beside {
  /** Without it nothing is anchored. */
  readonly signed?: Signed;
  /** What is wrong with the rows beside the lines. */
  readonly rows?: Iterable<Found>;
  /** A sidecar's own file: it writes one chain into it, and signs it from its first record on. */
  readonly isOneFile?: boolean;
}

/** Each writer's chain for itself. */
export const verifyJournal = (
  lines: Iterable<string>,
  { signed, rows = [], isOneFile = false }: Beside = {},
): Report => {
  const findings = createFindings();
  const anchors: Anchors = signed === undefined ? new Map() : readAnchors(signed, findings);
  const read = readChains(lines, { findings, anchors });
  const chains = [...read.chains.values()].map((chain) => chain.end());
  for (const writer of anchors.keys()) if (!read.chains.has(writer)) tellNoChain(writer, anchors, findings);
  if (isOneFile && anchors.size > 0) for (const chain of chains) tellForeign(chain, anchors, findings);
  for (const row of rows) findings.add(row);
  const { count, tornLine } = read;
  return {
    findings: findings.all(),
    more: findings.more(),
    chains,
    lines: count,
    ...(tornLine === undefined ? {} : { tornLine }),
    ...(isOneFile && chains.length > 1 ? { isMixed: true } : {}),
  };
};

interface ReadChains {
  readonly chains: ReadonlyMap<string, ChainCheck>;
  readonly count: number;
  readonly tornLine: number | undefined;
}

const readChains = (
  lines: Iterable<string>,
  { findings, anchors }: { readonly findings: Findings; readonly anchors: Anchors },
): ReadChains => {
  const chains = new Map<string, ChainCheck>();
  const open = (writer: string): ChainCheck => {
    const chain = createChainCheck({ writer, anchors: anchors.get(writer) ?? [], findings });
    if (bad.hasFirst(writer)) chain.addChanged(1);
    chains.set(writer, chain);
    return chain;
  };
  const find = (writer: string): ChainCheck | undefined =>
    chains.get(writer) ?? (anchors.has(writer) ? open(writer) : undefined);
  const bad = createBadLines({ findings, find });
  let line = 0;
  for (const text of lines) {
    line += 1;
    bad.flush();
    const link = readLink(text);
    if (link === undefined) bad.hold({ line, text });
    else (chains.get(link.writer) ?? open(link.writer)).add(link, { line, text });
  }
  const tornLine = bad.end();
  return { chains, count: line, tornLine };
};

/** All that was ever signed of it is gone. */
const tellNoChain = (writer: string, anchors: Anchors, findings: Findings): void => {
  const last = anchors.get(writer)?.at(-1);
  if (last !== undefined) findings.add({ kind: "chain", writer, from: 1, to: last.seq, time: last.time });
};

/** Nobody has signed any of it: where a sidecar signs what it writes, somebody else has written this. */
const tellForeign = ({ writer, from, to }: ChainReport, anchors: Anchors, findings: Findings): void => {
  if (!anchors.has(writer)) findings.add({ kind: "foreign", writer, from, to });
};
