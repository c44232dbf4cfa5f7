// F36: every bad input of the cases, one after the other over every ingress, for as long as a fault lasts. Each is refused with
// one answer, whatever else goes wrong; that none is forwarded, the backend's log says.
import { setTimeout } from "node:timers/promises";
import { atPath, cases, ownCases } from "../case/case.ts";
import { inMcpForm, mcpOutcome } from "../case/mcp-request.ts";
import { writeRequest } from "../case/runner.ts";
import { type RawAnswer, exchangeRaw } from "../support/raw-http.ts";
import type { Door } from "./ingress.ts";

export interface BadStream {
  sent(): number;
  /** What was wrong with the answers. */
  stop(): Promise<{ readonly sent: number; readonly problems: readonly string[] }>;
}

interface Bad {
  readonly name: string;
  readonly bytes: Buffer;
  readonly isMcp: boolean;
}

const PAUSE_MS = 4;

export interface BadStreamOptions {
  /** Where in the list to begin, so that short faults meet all of it together. */
  readonly from?: number;
  readonly pauseMs?: number;
  /** Each answer. */
  readonly hear?: (name: string, answer: RawAnswer) => void;
}
const BAD = [...cases, ...ownCases].filter(({ expect }) => !expect.forwarded);

/** All of it, as it stands on the wire. */
export const badInputs = ({ session }: Door): readonly Bad[] =>
  BAD.flatMap((one) => {
    const isOwn = one.transport === "any" || one.transport === "rpc";
    const written = isOwn ? [atPath(one, "/call")] : [one];
    const asMcp = isOwn ? [inMcpForm(one, "modern"), inMcpForm(one, { session })] : [];
    return [...written, ...asMcp].flatMap((form) =>
      form === undefined
        ? []
        : [
            {
              name: `${one.id} over ${form.transport}`,
              bytes: writeRequest(form.request),
              isMcp: form.transport === "mcp",
            },
          ],
    );
  });

export const startBadStream = (
  door: Door,
  { from = 0, pauseMs = PAUSE_MS, hear = () => undefined }: BadStreamOptions = {},
): BadStream => {
  const bad = badInputs(door);
  const problems: string[] = [];
  let sent = 0;
  const over = new AbortController();
  const run = async (): Promise<void> => {
    for (let index = from; !over.signal.aborted; index += 1) {
      const one = bad[index % bad.length];
      if (one === undefined) return;
      const { answers } = await exchangeRaw([one.bytes], { port: door.port, patienceMs: 10_000 });
      sent += 1;
      const [answer] = answers;
      if (answer !== undefined) hear(one.name, answer);
      const isRefused = answer === undefined || answer.status >= 400 || (one.isMcp && mcpOutcome(answer) !== undefined);
      if (answers.length > 1 || !isRefused || answer?.status === 500)
        problems.push(
          `${one.name}: ${answers.length} answers, ${answer?.status} ${answer?.body.toString().slice(0, 200)}`,
        );
      await setTimeout(pauseMs);
    }
  };
  const running = run();
  return {
    sent: () => sent,
    stop: async () => {
      over.abort();
      await running;
      return { sent, problems };
    },
  };
};
