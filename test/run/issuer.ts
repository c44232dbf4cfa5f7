// An issuer of tokens on loopback: publishes the keys it is told to, counts who asks, and can be out of order.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from "jose";

export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly alg: string;
}

export const makeKey = async (kid: string | undefined, alg = "ES256"): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) };
  return { privateKey, jwk, alg };
};

export interface Issuer {
  readonly url: string;
  /** What it answers from now on; a number is a status without keys, `hang` no answer. */
  publish(what: readonly JWK[] | number | string): void;
  asked(): number;
  close(): Promise<void>;
}

export const startIssuer = async (): Promise<Issuer> => {
  let answer: readonly JWK[] | number | string = [];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (typeof answer === "number") response.writeHead(answer, { location: "/elsewhere" }).end();
    else response.end(typeof answer === "string" ? answer : JSON.stringify({ keys: answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/keys`,
    publish: (what) => void (answer = what),
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

export const signJwt = (
  { privateKey, jwk, alg }: SigningKey,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }), ...header })
    .sign(privateKey);
