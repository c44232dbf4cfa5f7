// The raw requests of the ingress tests, and what they come to: status and code of the one answer.
import { expect } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { type RawExchange, exchangeRaw, fieldValues } from "../support/raw-http.ts";
import { always } from "../support/socket-backend.ts";

export const startIngress = (): Promise<Probe> =>
  startProbe({
    script: always(200, '{"id":"a"}'),
    flags: [
      "--max-target-bytes=200",
      "--max-header-bytes=8000",
      "--allowed-hosts=checkrein.test",
      "--allowed-origins=https://good.test",
      "--max-body-bytes=1000",
    ],
  });

export const sendRaw = ({ port }: Probe, text: string, isHead = false): Promise<RawExchange> =>
  exchangeRaw([Buffer.from(text, "latin1")], { port, patienceMs: 1500, isHead });

/** Status and code. A refusal is one in every respect: in its form, and in that nothing was sent. */
export const answerTo = async (probe: Probe, text: string): Promise<readonly unknown[]> => {
  probe.backend.play(always(200, '{"id":"a"}'));
  const { answers } = await sendRaw(probe, text);
  expect(answers.length).toBeLessThan(2);
  const [answer] = answers;
  if (answer === undefined) return ["closed"];
  expect(fieldValues(answer.headers, "checkrein-call")).toHaveLength(1);
  const body = answer.body.length === 0 ? {} : JSON.parse(String(answer.body));
  if (answer.status >= 400) {
    expect(fieldValues(answer.headers, "content-type")).toEqual([expect.stringContaining("application/problem+json")]);
    expect(body.forwarded).toBe("no");
    expect(probe.backend.requests()).toHaveLength(0);
  }
  return [answer.status, body.code];
};

export interface Line {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}

export const request = ({
  method = "GET",
  target = "/api/items/a",
  version = "HTTP/1.1",
  fields = ["Host: localhost"],
  body = "",
}: Line): string =>
  `${method} ${target} ${version}\r\n${[...fields, "Connection: close"].map((field) => `${field}\r\n`).join("")}\r\n${body}`;
export const withHost = (...fields: readonly string[]): readonly string[] => ["Host: localhost", ...fields];
export const post = (type: string, body = '{"name":"a"}'): Line => ({
  method: "POST",
  target: "/api/items",
  fields: withHost(...(type === "" ? [] : [`Content-Type: ${type}`]), `Content-Length: ${body.length}`),
  body,
});
export const OK = [200, undefined] as const;
