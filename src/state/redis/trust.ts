// Whether this sidecar and its Redis agree about what is there. Every script is given what the sidecar knows, and does
// nothing when Redis knows less.
import { randomUUID } from "node:crypto";
import { ErrorReply } from "@redis/client";
import { type Clock, StoreError } from "../store.ts";
import { type Reader, readerOf } from "./answer.ts";
import type { Command } from "./connection.ts";
import { ACCEPT, type Loss, LOSSES, MEET } from "./epoch.ts";
import { type Known, readMemo, writeMemo } from "./memo.ts";
import type { Script } from "./script.ts";

export interface TrustOptions {
  readonly prefix: string;
  readonly memoFile: string | undefined;
  readonly clock: Clock | undefined;
  readonly onTrouble: (message: string) => void;
}

/** What a script answers after `ok`, and Redis' time. */
export interface Answered {
  readonly now: number;
  readonly answer: Reader;
}

/** An injected clock may stand still while Redis' own goes on: nothing is dropped before the injected one says so. */
const SLACK_MS = 3_600_000;

export class Trust {
  readonly #options: TrustOptions;
  /** In front of every key: the braces keep all of them in one slot of a cluster. */
  readonly #keys: string;
  #known: Known;
  #noted: Known | undefined;
  #loss: Loss | undefined;

  constructor(options: TrustOptions) {
    this.#options = options;
    this.#keys = `${options.prefix}{state}:`;
    this.#known = readMemo(options.memoFile);
  }

  trouble(): string | undefined {
    if (this.#loss === undefined) return undefined;
    return `Redis has lost state: ${LOSSES[this.#loss]}. Tools that need state are refused until an operator accepts the loss`;
  }

  async run(send: Command, script: Script, words: readonly string[]): Promise<Answered> {
    const { epoch } = this.#known;
    const answer = readerOf(await this.#evaluate(send, script, words));
    if (answer.text() !== "ok") {
      await this.meet(send);
      throw new StoreError(this.trouble() ?? "Redis has other state since a moment ago");
    }
    const now = answer.number();
    const number = answer.number();
    if (epoch === this.#known.epoch && number > this.#known.number) this.#known = { epoch, number };
    return { now, answer };
  }

  /** Finds out whether all is there. */
  async meet(send: Command): Promise<void> {
    await this.#agree(send, MEET);
  }

  async acceptLoss(send: Command): Promise<void> {
    if (this.#loss !== undefined) await this.#agree(send, ACCEPT);
  }

  /** Keeps what is known for the next start. */
  note(): void {
    const { memoFile, onTrouble } = this.#options;
    if (memoFile === undefined || this.#known.epoch === "" || this.#known === this.#noted) return;
    this.#noted = this.#known;
    try {
      writeMemo(memoFile, this.#known);
    } catch (error) {
      onTrouble(`what is known of Redis cannot be kept in ${memoFile}: ${String(error)}`);
    }
  }

  async #agree(send: Command, script: Script): Promise<void> {
    const answer = readerOf(await this.#evaluate(send, script, [randomUUID()]));
    const outcome = answer.text();
    if (isLoss(outcome)) return this.#lose(outcome);
    this.#loss = undefined;
    const [epoch, number] = [answer.text(), answer.number()];
    if (epoch !== this.#known.epoch || number > this.#known.number) this.#known = { epoch, number };
    this.note();
  }

  #lose(loss: Loss): void {
    if (loss === this.#loss) return;
    this.#loss = loss;
    this.#options.onTrouble(this.trouble() ?? loss);
  }

  /** A Redis that was restarted has no scripts: it says so, and has done nothing. */
  async #evaluate(send: Command, { sha, source }: Script, words: readonly string[]): Promise<unknown> {
    const { clock } = this.#options;
    const time = clock === undefined ? ["", "0"] : [String(Math.floor(clock())), String(SLACK_MS)];
    const { epoch, number } = this.#known;
    const rest = ["1", `${this.#keys}epoch`, this.#keys, epoch, String(number), ...time, ...words];
    try {
      return await send(["EVALSHA", sha, ...rest]);
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith("NOSCRIPT")) throw error;
      return send(["EVAL", source, ...rest]);
    }
  }
}

const isLoss = (text: string): text is Loss => Object.hasOwn(LOSSES, text);
