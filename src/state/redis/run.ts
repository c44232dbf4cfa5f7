// Runs as an operator sees them, and which of them were ended. Their order of creation, and that of their end by which they
// are trimmed, stand beside them; that a run was ended has a key of its own, so that a claim asks for it in one look.
import { defineScript } from "./script.ts";

// r: '<order>:<until>:<record>', x: '<until>:<by>'
const RUNS = `
local function read_run(id)
  local order, ends, text = string.match(redis.call('GET', P .. 'r:' .. id) or '', '^(%d+):(%d+):(.*)$')
  if ends and tonumber(ends) > now then return order, tonumber(ends), text end
end
local function ended_by(id)
  local ends, by = string.match(redis.call('GET', P .. 'x:' .. id) or '', '^(%d+):(.*)$')
  if ends and tonumber(ends) > now then return by end
end
local function member_of(order, id) return string.rep('0', 16 - #order) .. order .. id end
`;

export const SAVE_RUN = defineScript(`
${RUNS}
local id, created, ends, text = take(), number(), number(), take()
trim('runs', 'ends')
if ends <= now then return {'ok', now, count} end
local order = read_run(id)
if order then
  redis.call('ZREM', P .. 'ends', member_of(order, id))
  redis.call('ZREM', P .. 'runs', member_of(order, id))
else
  raise()
  order = whole(count)
end
redis.call('SET', P .. 'r:' .. id, order .. ':' .. whole(ends) .. ':' .. text, 'PX', whole(ends - now + slack))
redis.call('ZADD', P .. 'runs', created, member_of(order, id))
redis.call('ZADD', P .. 'ends', ends, member_of(order, id))
keep(P .. 'runs', ends - now)
keep(P .. 'ends', ends - now)
return {'ok', now, count}
`);

export const FIND_RUN = defineScript(`
${RUNS}
local id = take()
local _, _, text = read_run(id)
return {'ok', now, count, text or false, ended_by(id) or false}
`);

export const LIST_RUNS = defineScript(`
${RUNS}
local after, most = take(), number()
trim('runs', 'ends')
local found = {'ok', now, count}
local order = read_run(after)
local rank = order and redis.call('ZRANK', P .. 'runs', member_of(order, after))
local from = rank and rank + 1 or 0
local members
repeat
  members = redis.call('ZRANGE', P .. 'runs', from, from + 99)
  for _, member in ipairs(members) do
    local id = string.sub(member, 17)
    local _, _, text = read_run(id)
    if text and not ended_by(id) and #found - 3 < most then found[#found + 1] = text end
  end
  from = from + 100
until #members < 100 or #found - 3 >= most
return found
`);

/** Raises the number: an end that is lost would let the run go on. */
export const END_RUN = defineScript(`
${RUNS}
local id, by = take(), take()
local order, ends = read_run(id)
if not order then return {'ok', now, count, 0} end
if not ended_by(id) then
  raise()
  redis.call('SET', P .. 'x:' .. id, whole(ends) .. ':' .. by, 'PX', whole(ends - now + slack))
end
return {'ok', now, count, 1}
`);

export const HAS_ENDED = defineScript(`
${RUNS}
for _ = 1, number() do
  if ended_by(take()) then return {'ok', now, count, 1} end
end
return {'ok', now, count, 0}
`);
