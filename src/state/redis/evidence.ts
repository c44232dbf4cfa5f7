// What earlier calls left behind: a hash of '<at>:<until>:<text>' by field, and beside it their order. Values that were seen
// are such fields without a text. Records stand under `e:`, values under `s:`, their orders under `E:` and `S:`.
import { MOST_RECORDS, MOST_VALUES } from "../store.ts";
import { defineScript } from "./script.ts";

/** The part of a settlement that writes: first records, then values. */
export const WRITE_EVIDENCE = `
local function put(kinds, key, field, value, at, ends)
  local k, order = P .. string.sub(kinds, 1, 1) .. ':' .. key, P .. string.sub(kinds, 2, 2) .. ':' .. key
  local last = redis.call('ZRANGE', order, -1, -1, 'WITHSCORES')[2] or 0
  redis.call('ZADD', order, last + 1, field)
  redis.call('HSET', k, field, whole(at) .. ':' .. whole(ends) .. ':' .. value)
end
-- the oldest make room, and what has expired goes
local function trim(kinds, key, most, lasts)
  local k, order = P .. string.sub(kinds, 1, 1) .. ':' .. key, P .. string.sub(kinds, 2, 2) .. ':' .. key
  local size = redis.call('ZCARD', order)
  while size > 0 do
    local oldest = redis.call('ZRANGE', order, 0, 0)[1]
    local ends = string.match(redis.call('HGET', k, oldest), '^%d+:(%d+)')
    if size <= most and tonumber(ends) > now then break end
    redis.call('ZREM', order, oldest)
    redis.call('HDEL', k, oldest)
    size = size - 1
  end
  keep(k, lasts)
  keep(order, lasts)
end
for _ = 1, number() do
  local key, field, value, lasts, ago = take(), take(), take(), number(), number()
  put('eE', key, field, value, now - ago, now + lasts)
  trim('eE', key, ${MOST_RECORDS}, lasts)
end
for _ = 1, number() do
  local key, lasts = take(), number()
  for _ = 1, number() do put('sS', key, take(), '', now, now + lasts) end
  trim('sS', key, ${MOST_VALUES}, lasts)
end
`;

/** Fields, keys, and values: each a count and then what is wanted. A record is answered as its time and its text. */
export const READ = defineScript(`
local function live(kept)
  local at, ends, value = string.match(kept or '', '^(%d+):(%d+):(.*)$')
  if ends and tonumber(ends) > now then return tonumber(at), value end
end
local fields, keys, members = {}, {}, {}
for i = 1, number() do
  local at, value = live(redis.call('HGET', P .. 'e:' .. take(), take()))
  fields[i] = at and {at, value} or {}
end
for i = 1, number() do
  local key, found = take(), {}
  for _, field in ipairs(redis.call('ZRANGE', P .. 'E:' .. key, 0, -1)) do
    local at, value = live(redis.call('HGET', P .. 'e:' .. key, field))
    if at then found[#found + 1] = at; found[#found + 1] = value end
  end
  keys[i] = found
end
for i = 1, number() do
  local key, seen = take(), {}
  for j = 1, number() do seen[j] = live(redis.call('HGET', P .. 's:' .. key, take())) and 1 or 0 end
  members[i] = seen
end
return {'ok', now, count, fields, keys, members}
`);
