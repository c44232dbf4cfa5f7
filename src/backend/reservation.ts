// The memory that one answer takes, as it comes: piece by piece, since how long it will be says nothing about when. One that a
// slow backend has hardly begun holds hardly anything.
import type { AnswerRoom } from "../call.ts";

/** Smaller ones are taken as they come. */
const SMALL_BYTES = 16_384;
const STEP_BYTES = 65_536;

export interface Reservation {
  /** `bytes`: so many are there; `most`: as many as there can be. Undefined where there is room for them, else it is waited for. */
  take(bytes: number, most: number): Promise<void> | undefined;
  /** What came so far is not kept. */
  give(): void;
}

export const createReservation = (room: AnswerRoom | undefined): Reservation => {
  let reserved = 0;
  return {
    take: (bytes, most) => {
      if (room === undefined || bytes <= SMALL_BYTES || bytes <= reserved) return undefined;
      const before = reserved;
      reserved = Math.max(bytes, Math.min(before + STEP_BYTES, most));
      return room.take(reserved - before);
    },
    give: () => {
      if (reserved > 0) room?.give(reserved);
      reserved = 0;
    },
  };
};
