// How long a request is in flight: until its answer is out and what it began has come to its end, whichever is later. A write
// that has begun goes on when its agent has hung up: a stop waits for it, and it has its place among all that are bounded.
import type { ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";

export interface InFlight {
  /** Until this has ended, too. Whatever waits before it looks whether the answer is still wanted: there is no beginning anew. */
  during<T>(step: () => Promise<T>): Promise<T>;
}

/** `onEnd` is called once. */
export const createInFlight = (answer: ServerResponse, onEnd: () => void): InFlight => {
  let going = 1;
  const end = (): void => {
    going -= 1;
    if (going === 0) onEnd();
  };
  answer.once("close", end);
  return {
    during: async (step) => {
      if (going === 0) throw new Error("a request whose place is given back began something");
      going += 1;
      try {
        return await step();
      } finally {
        end();
      }
    },
  };
};

/** The walk of a call, or of another message that goes to a backend. */
export const walk = <T>(request: FastifyRequest, step: () => Promise<T>): Promise<T> => {
  request.isForwarded = true;
  return request.inFlight.during(step);
};
