// Sessions of agents that were ended before their time: a sorted set `g:<holder>` of '<end>:<id>' by when they began, and in
// `h:<holder>` up to when all that began have ended ('<until>:<begun>'), because some of them are remembered no more.
import { MOST_ENDED } from "../store.ts";
import { defineScript } from "./script.ts";

const ENDED = `
local holder, id, begun, ends = take(), take(), number(), number()
local g, h = P .. 'g:' .. holder, P .. 'h:' .. holder
local member = whole(ends) .. ':' .. id
local function has_ended()
  local till, before = string.match(redis.call('GET', h) or '', '^(%d+):(%d+)$')
  if till and tonumber(till) > now and begun <= tonumber(before) then return true end
  return ends > now and redis.call('ZSCORE', g, member)
end
local function first()
  local found = redis.call('ZRANGE', g, 0, 0, 'WITHSCORES')
  if found[1] then return found[1], tonumber(string.match(found[1], '^%d+')), tonumber(found[2]) end
end
`;

export const HAS_SESSION_ENDED = defineScript(`
${ENDED}
return {'ok', now, count, has_ended() and 1 or 0}
`);

export const END_SESSION = defineScript(`
${ENDED}
if has_ended() or ends <= now then return {'ok', now, count} end
redis.call('ZADD', g, whole(begun), member)
keep(g, ends - now)
local oldest, till, began = first()
for _ = 1, 100 do -- a bounded piece of work
  if till > now then break end
  redis.call('ZREM', g, oldest)
  oldest, till, began = first()
end
if till > now and redis.call('ZCARD', g) > ${MOST_ENDED} then
  redis.call('ZREM', g, oldest)
  redis.call('SET', h, whole(till) .. ':' .. whole(began), 'PX', whole(till - now + slack))
end
return {'ok', now, count}
`);
