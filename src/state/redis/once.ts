// Calls that take place once, in a hash under their key: which claim took it, and what became of it. The list `unknown` has
// every claim that is not settled, until it would expire.
import { defineScript } from "./script.ts";

/** Judges and takes `once` operations. */
export const ONCE = `
local takes = {}
judge.once = function()
  local key, fingerprint, about, lasts = take(), take(), take(), number()
  local k = P .. 'o:' .. key
  local h = redis.call('HMGET', k, 'claim', 'number', 'state', 'print', 'until', 'deadline', 'result')
  if h[1] and tonumber(h[5]) > now then
    if h[3] == 'done' then return {'once', 'done', h[1], h[4] == fingerprint and 1 or 0, h[7]} end
    if h[3] ~= 'open' or h[2] ~= claim then
      local rest = tonumber(h[6]) - now
      if h[3] == 'open' and rest > 0 then return {'once', 'busy', h[1], rest} end
      return {'once', 'unknown', h[1]}
    end
  end
  takes[#takes + 1] = {k = k, key = key, print = fingerprint, about = about, lasts = lasts}
end
local function take_onces()
  for _, t in ipairs(takes) do
    local ends = whole(now + t.lasts)
    local at = redis.call('HGET', t.k, 'number') == claim and redis.call('HGET', t.k, 'at') or whole(now)
    redis.call('DEL', t.k)
    redis.call('HSET', t.k, 'claim', id, 'number', claim, 'state', 'open', 'print', t.print, 'until', ends,
      'deadline', whole(now + deadline), 'about', t.about, 'at', at)
    keep(t.k, t.lasts)
    list('unknown', id, t.key, ends)
    note('o:' .. t.key, '', t.lasts)
  end
end
`;

/** Ends what the claim took, and is still open. Needs `result`. */
export const END_ONCE = `
settle['o'] = function(key)
  local k = P .. 'o:' .. key
  local h = redis.call('HMGET', k, 'number', 'state', 'until')
  if h[1] ~= claim or h[2] ~= 'open' or tonumber(h[3]) <= now then return end
  if outcome == 'unknown' then return redis.call('HSET', k, 'state', 'unknown') end
  unlist('unknown', id, key)
  if outcome ~= 'done' then return redis.call('DEL', k) end
  redis.call('HSET', k, 'state', 'done')
  if result then redis.call('HSET', k, 'result', result) end
  redis.call('HDEL', k, 'number', 'deadline', 'about', 'at')
end
`;

/** All claims of which nobody knows: walks the list, and hands each to `each(id, k, hash, key)`. */
const EACH_UNKNOWN = `
local function each_unknown(each)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. 'unknown', '(' .. whole(now), '+inf')) do
    local id, key = split(member)
    local k = P .. 'o:' .. key
    local h = redis.call('HMGET', k, 'claim', 'state', 'deadline', 'about', 'at', 'number')
    if h[1] == id and (h[2] == 'unknown' or (h[2] == 'open' and tonumber(h[3]) <= now)) then each(id, k, h, key) end
  end
end
`;

export const LIST_UNKNOWN = defineScript(`
${EACH_UNKNOWN}
local found = {'ok', now, count}
each_unknown(function(id, k, h)
  for _, text in ipairs({id, h[4], h[5], h[6]}) do found[#found + 1] = text end
end)
return found
`);

export const SETTLE_UNKNOWN = defineScript(`
${EACH_UNKNOWN}
local wanted, outcome = take(), take()
local settled = 0
each_unknown(function(id, k, h, key)
  if id ~= wanted then return end
  settled = 1
  unlist('unknown', id, key)
  if outcome == 'released' then return redis.call('DEL', k) end
  redis.call('HSET', k, 'state', 'done')
  redis.call('HDEL', k, 'number', 'deadline', 'about', 'at')
end)
return {'ok', now, count, settled}
`);
