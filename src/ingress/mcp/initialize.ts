// How a session begins (legacy era): its id is all that is made, and carries all that any sidecar has to know of it.
import type { FastifyReply } from "fastify";
import { type JsonObject, isJsonObject, memberOf } from "../../call.ts";
import { ASKED_CAPABILITIES, IMPLEMENTATION, LATEST_LEGACY_REVISION, LEGACY_REVISIONS, rpcCodes } from "../../mcp.ts";
import { refuse } from "../../refusal.ts";
import { MOST_CAPABILITY_BYTES, type SessionHolder } from "../../run/session-token.ts";
import { type RpcRequest, reject } from "./message.ts";
import type { Sessions } from "./session.ts";
import { type Turn, capabilitiesFor, replyInBand, replyResult } from "./turn.ts";

export const holderOf = ({ scope, identity }: Turn): SessionHolder => ({
  scope: scope.name,
  caller: identity.caller.name,
  run: identity.run.id,
});

export const answerInitialize = async (
  turn: Turn,
  { id, params }: RpcRequest,
  sessions: Sessions,
): Promise<FastifyReply> => {
  const asked = memberOf(params, "protocolVersion");
  const capabilities = memberOf(params, "capabilities");
  const info = memberOf(params, "clientInfo");
  if (typeof asked !== "string" || !isJsonObject(capabilities) || !isJsonObject(info)) {
    const detail = 'The params need "protocolVersion" (a text), "capabilities" and "clientInfo" (objects).';
    return replyInBand(turn, reject(rpcCodes.invalidParams, refuse("invalid_request", detail), id));
  }
  const revision = LEGACY_REVISIONS.includes(asked) ? asked : LATEST_LEGACY_REVISION;
  const offered = await capabilitiesFor(turn, "legacy");
  const token = sessions.begin({
    holder: holderOf(turn),
    runExpiresAt: turn.identity.run.expiresAt,
    revision,
    capabilities: askedOf(capabilities),
  });
  if (token === undefined) {
    const detail = `The capabilities ${ASKED_CAPABILITIES.join(", ")} have more than ${MOST_CAPABILITY_BYTES} bytes together.`;
    return replyInBand(turn, reject(rpcCodes.invalidParams, refuse("invalid_request", detail), id));
  }
  turn.reply.header("mcp-session-id", token);
  const result = {
    protocolVersion: revision,
    capabilities: sessions.isShared ? withoutKept(offered) : offered,
    serverInfo: IMPLEMENTATION,
  };
  return replyResult(turn, id, JSON.stringify(result));
};

/** The rest reaches no server, so no sidecar has to know it. */
const askedOf = (capabilities: JsonObject): JsonObject =>
  Object.fromEntries(
    ASKED_CAPABILITIES.flatMap((name) => {
      const own = memberOf(capabilities, name);
      return own === undefined ? [] : [[name, own]];
    }),
  );

/** What these set, a server keeps for the session that one sidecar has with it: another one's would not know of it. */
const withoutKept = ({ logging: _logging, ...capabilities }: JsonObject): JsonObject => {
  const { resources } = capabilities;
  if (!isJsonObject(resources)) return capabilities;
  const { subscribe: _subscribe, ...others } = resources;
  return { ...capabilities, resources: others };
};
