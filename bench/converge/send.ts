// One request over one connection a server, and the answer as text.
import { Agent, request } from "undici";

export interface Sent {
  readonly status: number;
  readonly text: string;
}

export interface Sending {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const agent = new Agent({ connections: 1, keepAliveTimeout: 60_000 });

export const send = async (url: string, { method, headers = {}, body }: Sending): Promise<Sent> => {
  const options = { method, headers, dispatcher: agent, ...(body === undefined ? {} : { body }) };
  const answer = await request(url, options as Parameters<typeof request>[1]); // every method of the documents is one of undici's
  return { status: answer.statusCode, text: await answer.body.text() };
};

export const sendJson = (url: string, value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Sent> =>
  send(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  });
