// The events that a client may still come for: the latest ones, within bounds, and the last one however large it is, because
// it may be the result of a call.

export interface StreamEvent {
  readonly number: number;
  /** As it goes over the wire. */
  readonly text: string;
}

interface KeptEvents {
  add(event: StreamEvent): void;
  /** Those behind that number, in order. */
  after(number: number): readonly StreamEvent[];
  clear(): void;
}

const MOST_EVENTS = 1000;

export const createKeptEvents = (mostCharacters: number): KeptEvents => {
  let kept: StreamEvent[] = [];
  let size = 0;
  return {
    add: (event) => {
      kept.push(event);
      size += event.text.length;
      while (kept.length > MOST_EVENTS || (size > mostCharacters && kept.length > 1))
        size -= kept.shift()?.text.length ?? size;
    },
    after: (number) => kept.filter((event) => event.number > number),
    clear: () => {
      kept = [];
      size = 0;
    },
  };
};
