// The permit of what passes beside tool calls: made only where the backend's allow list names the message, and the only
// thing that a backend relays. Its class has a private field and is exported as a type alone, as that of a call.
import type { JsonObject, McpMessage } from "../call.ts";

class MessagePermit {
  readonly #params: JsonObject;
  readonly message: McpMessage;

  constructor(message: McpMessage, params: JsonObject) {
    this.message = message;
    this.#params = params;
    Object.freeze(this);
  }

  /** What was allowed is what is sent. */
  get params(): JsonObject {
    return this.#params;
  }
}

export type AllowedMessage = MessagePermit;

/** Only `check/` may call this: the import map confines it. */
export const permitMessage = (message: McpMessage, params: JsonObject): AllowedMessage =>
  new MessagePermit(message, params);
