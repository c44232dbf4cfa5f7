// Sessions of agents that were ended before their time: a sorted set `g:<holder>` by when they began, and in `h:<holder>` up to
// when all that began have ended ('<until>:<begun>'), because some of them are remembered no more.
import { MOST_ENDED, MOST_SESSION_MS } from "../store.ts";
import { defineScript } from "./script.ts";

const ENDED = `
local holder, id, begun = take(), take(), number()
local g, h = P .. 'g:' .. holder, P .. 'h:' .. holder
local function has_ended()
  local ends, before = string.match(redis.call('GET', h) or '', '^(%d+):(%d+)$')
  if ends and tonumber(ends) > now and begun <= tonumber(before) then return true end
  local kept = redis.call('ZSCORE', g, id)
  return kept and tonumber(kept) + ${MOST_SESSION_MS} > now
end
`;

export const HAS_SESSION_ENDED = defineScript(`
${ENDED}
return {'ok', now, count, has_ended() and 1 or 0}
`);

export const END_SESSION = defineScript(`
${ENDED}
if has_ended() then return {'ok', now, count} end
redis.call('ZREMRANGEBYSCORE', g, '-inf', now - ${MOST_SESSION_MS})
redis.call('ZADD', g, whole(begun), id)
if redis.call('ZCARD', g) > ${MOST_ENDED} then
  local first = redis.call('ZRANGE', g, 0, 0, 'WITHSCORES')
  redis.call('ZREM', g, first[1])
  local ends = tonumber(first[2]) + ${MOST_SESSION_MS}
  redis.call('SET', h, whole(ends) .. ':' .. whole(tonumber(first[2])), 'PX', whole(ends - now + slack))
end
keep(g, begun + ${MOST_SESSION_MS} - now)
return {'ok', now, count}
`);
