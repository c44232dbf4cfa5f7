// Fetches an issuer's keys, bounded, and not again right after a failure: tokens that nobody signed come as fast as agents send
// them, and must not become requests to the issuer.
import type { FetchImplementation } from "jose";
import { isJsonObject } from "../call.ts";
import { parseStrictJson } from "../json/strict-json.ts";

const MOST_BYTES = 262_144;
const PAUSE_MS = 5_000;

/** Rejects when there is no good answer. `redirect` and time limit are in the options that jose gives. */
export const createKeyFetch = (): FetchImplementation => {
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (url, options) => {
    if (performance.now() - failedAt < PAUSE_MS) throw new Error("the keys could not be fetched a moment ago");
    try {
      const response = await fetch(url, options);
      if (response.status !== 200) throw new Error(`the answer has the status ${response.status}`);
      const bytes = await readBytes(response);
      const parsed = parseStrictJson(bytes, { maxDepth: 16, unsafeNumbers: "mark" });
      if (!parsed.ok || !isKeySet(parsed.value)) throw new Error("the answer is no set of keys");
      return new Response(Buffer.from(bytes), { status: 200 });
    } catch (error) {
      failedAt = performance.now();
      throw error;
    }
  };
};

/** RFC 7517, section 5. */
const isKeySet = (value: unknown): boolean =>
  isJsonObject(value) && Array.isArray(value["keys"]) && value["keys"].every(isJsonObject);

const readBytes = async (response: Response): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
};
