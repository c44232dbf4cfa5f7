// A person's word for a call: at most one under a key, in a hash. The claim that uses it takes it along in its own record,
// from where it comes back when nothing was sent. The list `approvals` has those that are live, the sorted set `w:<run>` the ids
// of those that wait, by their end.
import { MOST_PENDING } from "../store.ts";
import { defineScript } from "./script.ts";

const FIELDS = `
local FIELDS = {'id', 'state', 'by', 'created', 'until', 'request', 'order', 'holds', 'run'}
local function read_approval(key)
  local a = redis.call('HMGET', P .. 'a:' .. key, unpack(FIELDS))
  if a[1] and tonumber(a[5]) > now then return a end
end
local function forget_asked(a)
  if a[9] then redis.call('ZREM', P .. 'w:' .. a[9], a[1]) end
end
local function write_approval(key, a)
  local k = P .. 'a:' .. key
  local fields = {}
  for i, name in ipairs(FIELDS) do
    if a[i] then fields[#fields + 1] = name; fields[#fields + 1] = a[i] end
  end
  redis.call('DEL', k)
  redis.call('HSET', k, unpack(fields))
  keep(k, tonumber(a[5]) - now)
  list('approvals', a[1], key, a[5])
  if a[2] ~= 'pending' then return forget_asked(a) end
  local w = P .. 'w:' .. a[9]
  redis.call('ZREMRANGEBYSCORE', w, '-inf', now)
  redis.call('ZADD', w, a[5], a[1])
  keep(w, tonumber(a[5]) - now)
end
`;

/** Judges and takes `approval` operations; asks for one where there is none. */
export const APPROVAL = `
${FIELDS}
local used, approvals = {}, {}
local function add_approval(a)
  for i = 1, 6 do approvals[#approvals + 1] = a[i] end
end
judge.approval = function()
  local key, run, request, pending, holds, id = take(), take(), take(), number(), take(), take()
  local own = mine['a:' .. key]
  own = own and cjson.decode(own)
  if own and tonumber(own[5]) > now then return add_approval(own) end
  local a = read_approval(key)
  if a and a[2] ~= 'approved' then return {'approval', a[2], a[1], tonumber(a[5]) - now} end
  if a then
    used[#used + 1] = {key = key, approval = a}
    return add_approval(a)
  end
  local function waiting(rank)
    return redis.call('ZRANGEBYSCORE', P .. 'w:' .. run, '(' .. whole(now), '+inf', 'WITHSCORES', 'LIMIT', rank, 1)[2]
  end
  if waiting(${MOST_PENDING - 1}) then return {'approval', 'full', false, tonumber(waiting(0)) - now} end
  if isDry then return {'approval', 'pending', false, pending} end
  raise()
  write_approval(key, {id, 'pending', false, whole(now), whole(now + pending), request, whole(count), holds, run})
  return {'approval', 'pending', id, pending}
end
local function take_approvals()
  for _, u in ipairs(used) do
    redis.call('DEL', P .. 'a:' .. u.key)
    unlist('approvals', u.approval[1], u.key)
    note('a:' .. u.key, cjson.encode(u.approval), tonumber(u.approval[5]) - now)
  end
end
`;

/** Gives an approval back: it takes the place of one that is asked for meanwhile, but not of one that is decided. */
export const GIVE_BACK_APPROVAL = `
${FIELDS}
settle['a'] = function(key, own)
  local a = cjson.decode(own)
  if outcome ~= 'released' or tonumber(a[5]) <= now then return end
  local other = read_approval(key)
  if other and other[2] ~= 'pending' then return end
  if other then
    unlist('approvals', other[1], key)
    forget_asked(other)
  end
  write_approval(key, a)
end
`;

export const LIST_APPROVALS = defineScript(`
${FIELDS}
local found = {'ok', now, count}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. 'approvals', '(' .. whole(now), '+inf')) do
  local id, key = split(member)
  local a = read_approval(key)
  if a and a[1] == id then
    for i = 1, 7 do found[#found + 1] = a[i] end
  end
end
return found
`);

export const DECIDE_APPROVAL = defineScript(`
${FIELDS}
local wanted, state, by = take(), take(), take()
for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. 'approvals', '(' .. whole(now), '+inf')) do
  local id, key = split(member)
  local a = id == wanted and read_approval(key)
  if a and a[1] == id and a[2] == 'pending' then
    a[2], a[3], a[5] = state, by, whole(now + tonumber(a[8]))
    unlist('approvals', id, key)
    write_approval(key, a)
    return {'ok', now, count, unpack(a, 1, 6)}
  end
end
return {'ok', now, count}
`);
