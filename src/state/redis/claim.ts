// A claim and its settlement, each one script and so one atomic step. A claim is judged as a whole before anything of it is
// written; what it took stands in its record under its id, with the number that it has in the order of all claims. The first
// settlement takes the record away, so that a later one finds nothing.
import { APPROVAL, GIVE_BACK_APPROVAL } from "./approval.ts";
import { COUNT, GIVE_BACK_COUNT } from "./count.ts";
import { WRITE_EVIDENCE } from "./evidence.ts";
import { FREE_LEASE, LEASE } from "./lease.ts";
import { END_ONCE, ONCE } from "./once.ts";
import { defineScript } from "./script.ts";

/** A claim that arrives after it was released comes too late: the call that it belongs to has been given up. */
const RELEASED_FOR_MS = 60_000;

const RECORD = `
local id = take()
local record = P .. 'c:' .. id
local mine = {}
local flat = redis.call('HGETALL', record)
for i = 1, #flat, 2 do mine[flat[i]] = flat[i + 1] end
`;

export const CLAIM = defineScript(`
${RECORD}
local deadline, isDry = number(), take() == '1'
local released = redis.call('GET', P .. 't:' .. id)
if released and tonumber(released) > now then return {'ok', now, count, 'no', 0, 'open'} end
local claim = mine.number or whole(count + 1)
local notes, lasting = {'number', claim}, deadline
local function note(field, value, ms)
  notes[#notes + 1] = field
  notes[#notes + 1] = value
  if ms > lasting then lasting = ms end
end
local judge = {}
judge.open = function()
  for _ = 1, number() do
    local ended = string.match(redis.call('GET', P .. 'x:' .. take()) or '', '^%d+')
    if ended and tonumber(ended) > now then return {'open'} end
  end
end
${COUNT}
${ONCE}
${LEASE}
${APPROVAL}
local index = 0
while cursor < #ARGV do
  local found = judge[take()]()
  if found then return {'ok', now, count, 'no', index, unpack(found, 1, 5)} end
  index = index + 1
end
if isDry then return {'ok', now, count, 'yes'} end
take_counts()
take_onces()
take_leases()
take_approvals()
if #notes > 2 then
  raise()
  redis.call('HSET', record, unpack(notes))
  keep(record, lasting)
end
return {'ok', now, count, 'yes', unpack(approvals, 1, #approvals)}
`);

export const SETTLE = defineScript(`
${RECORD}
local outcome, hasResult, result = take(), take() == '1', take()
if not hasResult then result = nil end
local claim = mine.number
local settle = {}
${GIVE_BACK_COUNT}
${END_ONCE}
${FREE_LEASE}
${GIVE_BACK_APPROVAL}
for field, value in pairs(mine) do
  if field ~= 'number' then settle[string.sub(field, 1, 1)](string.sub(field, 3), value) end
end
if claim then redis.call('DEL', record) end
if outcome == 'released' then
  redis.call('SET', P .. 't:' .. id, whole(now + ${RELEASED_FOR_MS}), 'PX', whole(${RELEASED_FOR_MS} + slack))
end
${WRITE_EVIDENCE}
return {'ok', now, count}
`);
