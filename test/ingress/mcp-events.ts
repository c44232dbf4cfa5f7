// Server-Sent Events as text: split, and read one by one while they come.

export interface Event {
  readonly id: string | undefined;
  readonly data: string;
  readonly retry: string | undefined;
}

/** Comments are left out. */
export const readEvents = (text: string): readonly Event[] =>
  text.split("\n\n").flatMap((block) => {
    const fields = block.split("\n").map((line) => /^([a-z]+): ?(.*)$/.exec(line));
    const valueOf = (name: string): string | undefined => fields.find((field) => field?.[1] === name)?.[2];
    const [id, data, retry] = [valueOf("id"), valueOf("data"), valueOf("retry")];
    return data === undefined && retry === undefined ? [] : [{ id, data: data ?? "", retry }];
  });

export interface EventReader {
  /** The next event that has data, as JSON. Undefined when the stream has ended. */
  next(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** All events so far. */
  readonly events: readonly Event[];
  cancel(): Promise<void>;
}

export const createEventReader = (response: Response): EventReader => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events: Event[] = [];
  const waiting: Event[] = [];
  let text = "";
  const pull = async (): Promise<boolean> => {
    const step = await reader?.read();
    if (step === undefined || step.done) return false;
    text += step.value;
    const end = text.lastIndexOf("\n\n");
    if (end < 0) return true;
    const read = readEvents(text.slice(0, end + 2));
    text = text.slice(end + 2);
    events.push(...read);
    waiting.push(...read.filter(({ data }) => data !== ""));
    return true;
  };
  return {
    events,
    next: async () => {
      while (waiting.length === 0) if (!(await pull())) return undefined;
      return Object(JSON.parse(waiting.shift()?.data ?? "{}"));
    },
    cancel: async () => reader?.cancel(),
  };
};
