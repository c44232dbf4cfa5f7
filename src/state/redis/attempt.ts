// Refused attempts in a row: a hash `t:<run>` of '<used>:<order>:<until>:<allowed>' by tool, and the runs that have one, by their first
// attempt and by the end of their last one, by which they are trimmed.
import { MOST_ATTEMPTED } from "../store.ts";
import { defineScript } from "./script.ts";

const ATTEMPTS = `
-- fewest first; what has expired goes
local function attempts_of(run)
  local k, found = P .. 't:' .. run, {}
  local flat = redis.call('HGETALL', k)
  for i = 1, #flat, 2 do
    local used, order, ends, allowed = string.match(flat[i + 1], '^(%d+):(%d+):(%d+):(%d+)$')
    if ends and tonumber(ends) > now then
      local a = {tool = flat[i], used = tonumber(used), order = tonumber(order), ends = tonumber(ends)}
      a.allowed = tonumber(allowed)
      found[#found + 1] = a
    else
      redis.call('HDEL', k, flat[i])
    end
  end
  table.sort(found, function(a, b) return a.used < b.used or (a.used == b.used and a.order < b.order) end)
  return found
end
local function flat_of(attempts)
  local flat = {}
  for _, a in ipairs(attempts) do
    flat[#flat + 1] = a.tool
    flat[#flat + 1] = a.used
    flat[#flat + 1] = a.allowed
    flat[#flat + 1] = a.ends - now
  end
  return flat
end
`;

export const ADD_ATTEMPT = defineScript(`
${ATTEMPTS}
local run, tool, allowed, lasts = take(), take(), number(), number()
local k, used, order, others, last = P .. 't:' .. run, 1, 1, {}, 0
trim('tried', 'tried-ends')
for _, a in ipairs(attempts_of(run)) do
  if a.order >= order then order = a.order + 1 end
  if a.ends > last then last = a.ends end
  if a.tool == tool then used = a.used + 1 else others[#others + 1] = a end
end
for i = 1, #others + 1 - ${MOST_ATTEMPTED} do redis.call('HDEL', k, others[i].tool) end
if now + lasts > last then last = now + lasts end
redis.call('HSET', k, tool, whole(used) .. ':' .. whole(order) .. ':' .. whole(now + lasts) .. ':' .. whole(allowed))
if not redis.call('ZSCORE', P .. 'tried', run) then redis.call('ZADD', P .. 'tried', now, run) end
redis.call('ZADD', P .. 'tried-ends', last, run)
for _, key in ipairs({k, P .. 'tried', P .. 'tried-ends'}) do keep(key, last - now) end
return {'ok', now, count, used}
`);

export const ATTEMPTS_OF = defineScript(`
${ATTEMPTS}
return {'ok', now, count, unpack(flat_of(attempts_of(take())))}
`);

/** Of all, or of these. */
export const CLEAR_ATTEMPTS = defineScript(`
${ATTEMPTS}
local run, isAll, wanted, cleared = take(), take() == 'all', {}, 0
for i = cursor + 1, #ARGV do wanted[ARGV[i]] = true end
local found = attempts_of(run)
for _, a in ipairs(found) do
  if isAll or wanted[a.tool] then cleared = cleared + redis.call('HDEL', P .. 't:' .. run, a.tool) end
end
if cleared == #found then
  redis.call('ZREM', P .. 'tried', run)
  redis.call('ZREM', P .. 'tried-ends', run)
end
return {'ok', now, count, cleared}
`);

export const LIST_ATTEMPTS = defineScript(`
${ATTEMPTS}
local after, most = take(), number()
trim('tried', 'tried-ends')
local found = {'ok', now, count}
local rank = redis.call('ZRANK', P .. 'tried', after)
local from = rank and rank + 1 or 0
local runs
repeat
  runs = redis.call('ZRANGE', P .. 'tried', from, from + 99)
  for _, run in ipairs(runs) do
    local attempts = #found - 3 < most and attempts_of(run) or {}
    if #attempts > 0 then found[#found + 1] = {run, flat_of(attempts)} end
  end
  from = from + 100
until #runs < 100 or #found - 3 >= most
return found
`);
