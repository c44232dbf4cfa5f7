// One version of the contracts as the data port serves it. A request has the version that is current when it comes, and keeps
// it to its end, whatever is loaded meanwhile.
import type { Gateway } from "../gateway.ts";
import type { Relay } from "../relay.ts";
import type { Identities } from "../run/identity.ts";

export interface Served {
  /** Names the version, in answers and in the log: another one wherever a file that decides has another text. */
  readonly version: string;
  readonly gateway: Gateway;
  readonly relay: Relay;
  readonly identities: Identities;
  /** Aborted minutes after another version took its place: streams that stay open by themselves end, for their clients to open anew. */
  readonly outlived: AbortSignal;
  /** A request that has this version begins; `leave` when it is in flight no more. */
  enter(): void;
  leave(): void;
}
