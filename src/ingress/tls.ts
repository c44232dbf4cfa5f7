// HTTPS on the data port: HTTP/1.1 inside, from TLS 1.2 on, and no word to whoever does not come to the end of a handshake.
import { type SecureContextOptions, Server as TlsServer, type TlsOptions } from "node:tls";

const MOST_HANDSHAKE_MS = 5000;

/** `requestTimeoutMs`: what a whole request may take. */
export const tlsOptions = (certificate: SecureContextOptions, requestTimeoutMs: number): TlsOptions => ({
  ...certificate,
  ALPNProtocols: ["http/1.1"],
  handshakeTimeout: Math.min(requestTimeoutMs, MOST_HANDSHAKE_MS),
});

/** For handshakes that begin from now on. */
export const useCertificate = (server: unknown, certificate: SecureContextOptions): void => {
  if (server instanceof TlsServer) server.setSecureContext(certificate);
};
