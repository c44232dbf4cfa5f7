// The sidecar itself, as an agent meets it: POST /call with the token of a run, the answer a result or problem details.
import pino from "pino";
import { startApp } from "../../../src/app.ts";
import type { Catalog } from "../../../src/contract/contract.ts";
import { readSettings } from "../../../src/settings.ts";
import { isMembers, listOf, memberOf } from "../../../test/support/json.ts";
import type { AnswerIssue, Door, Refusal } from "../agent.ts";
import type { Subject } from "../fault.ts";
import { sendJson } from "../send.ts";
import type { ContractSet, System } from "../system.ts";

const ADMIN_TOKEN = "the-admin-token-of-the-measure";

export interface Sidecar extends System {
  readonly catalog: Catalog;
}

/** It never stands still: evidence is told apart by its time. */
const createClock = ({ time, jumpMs }: ContractSet): { readonly now: () => number; readonly jump: () => void } => {
  let now = Date.parse(time);
  return { now: () => ++now, jump: () => void (now += jumpMs) };
};

export const startSidecar = async (set: ContractSet, backendUrl: string): Promise<Sidecar> => {
  const flags = {
    contracts: set.folder,
    port: "0",
    "admin-port": "0",
    "admin-token": ADMIN_TOKEN,
    anonymous: "true",
    journal: "none",
    state: "memory",
  };
  const read = readSettings(
    {},
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  );
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const clock = createClock(set);
  const environment = { ...set.environment, [set.address]: backendUrl };
  const app = await startApp({
    settings: read.settings,
    environment,
    log: pino({ level: "silent" }),
    now: clock.now,
  });
  return {
    catalog: app.catalog,
    hasRules: true,
    open: async (subject) => {
      clock.jump();
      return createDoor(app.dataUrl, await openRun(app.adminUrl, set.caller, subject));
    },
    close: () => app.stop(),
  };
};

const openRun = async (adminUrl: string, caller: string, { claims }: Subject): Promise<string> => {
  const given = Object.keys(claims).length === 0 ? { caller } : { caller, claims };
  const { status, text } = await sendJson(`${adminUrl}/runs`, given, { authorization: `Bearer ${ADMIN_TOKEN}` });
  if (status !== 201) throw new Error(`a run is not opened: ${text}`);
  return String(memberOf(JSON.parse(text), "token"));
};

const createDoor =
  (dataUrl: string, token: string): Door =>
  async ({ tool, arguments: args }) => {
    const { status, text } = await sendJson(
      `${dataUrl}/call`,
      { tool, arguments: args },
      { authorization: `Bearer ${token}` },
    );
    return status < 300 ? undefined : readRefusal(JSON.parse(text));
  };

/** As RFC 9457 has it, with the sidecar's own members; what is absent is empty. */
const readRefusal = (body: unknown): Refusal => ({
  class: String(memberOf(body, "class")),
  code: String(memberOf(body, "code")),
  detail: String(memberOf(body, "detail")),
  issues: listOf(memberOf(body, "issues")).filter(isMembers) as unknown as readonly AnswerIssue[], // the wire form says so
  next: listOf(memberOf(body, "next")).filter(isMembers) as unknown as Refusal["next"], // as well
});
