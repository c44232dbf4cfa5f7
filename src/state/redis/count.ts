// Sums under a key, in one sorted set: entries at the time when they leave the window, so that what has left is cut off at
// the front, and two members below zero: the sum, and the window. So a claim costs the same however many entries there are.
// An entry is '<amount>:<number of its claim>:<stays when failed>:<at>:<ends>'.

/** Judges and takes `count` operations. Needs `mine` (the open claim's record) and `notes` (what is added to it). */
export const COUNT = `
-- by key what stands there and what this claim adds, and the entries: by key and whether it stays
local sums, added, adds = {}, {}, {}
local function leaves(at, ends, window)
  if window and at + window < ends then return at + window end
  return ends
end
-- what stands under the key and has not left
local function sum_of(k, window)
  local sum = -(redis.call('ZSCORE', k, 'sum') or 0)
  local kept = -(redis.call('ZSCORE', k, 'window') or 0)
  if kept ~= (window or 0) then -- the contract was changed
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', k, '(0', '+inf')) do
      local at, ends = string.match(member, '^%d+:%d+:%d:(%d+):(%d+)$')
      redis.call('ZADD', k, leaves(tonumber(at), tonumber(ends), window), member)
    end
    if sum > 0 then redis.call('ZADD', k, -(window or 0), 'window') end
  end
  local gone
  repeat
    gone = redis.call('ZRANGEBYSCORE', k, '(0', now, 'LIMIT', 0, 500)
    for _, member in ipairs(gone) do sum = sum - tonumber(string.match(member, '^%d+')) end
    if #gone > 0 then
      redis.call('ZREM', k, unpack(gone))
      redis.call('ZADD', k, -sum, 'sum')
    end
  until #gone < 500
  return sum
end
-- until so much has left that it fits. Looks at a bounded number of entries: then it is no later than that
local function free_in(k, excess)
  local entries = redis.call('ZRANGEBYSCORE', k, '(0', '+inf', 'WITHSCORES', 'LIMIT', 0, 1000)
  for i = 1, #entries, 2 do
    excess = excess - tonumber(string.match(entries[i], '^%d+'))
    if excess <= 0 or i == 1999 then return tonumber(entries[i + 1]) - now end
  end
  return false
end
judge.count = function()
  local key, add, max, window, ends, stays = take(), number(), number(), number(), now + number(), take()
  local k = P .. 'n:' .. key
  local sum = sum_of(k, window)
  sums[key] = sum
  for _, own in ipairs({mine['n:0' .. key] or false, mine['n:1' .. key] or false}) do
    if own and redis.call('ZSCORE', k, own) then return end
  end
  local used = sum + (added[key] or 0)
  if used + add > max then
    return {'count', used, window and add <= max and free_in(k, used + add - max)}
  end
  if add == 0 then return end
  added[key] = (added[key] or 0) + add
  local field = 'n:' .. stays .. key
  local earlier = adds[field] and adds[field].add or 0
  adds[field] = {k = k, key = key, add = earlier + add, window = window, ends = ends, stays = stays}
end
local function take_counts()
  for field, a in pairs(adds) do
    local member = table.concat({whole(a.add), claim, a.stays, whole(now), whole(a.ends)}, ':')
    local sum = sums[a.key] + added[a.key]
    redis.call('ZADD', a.k, leaves(now, a.ends, a.window), member, -sum, 'sum', -(a.window or 0), 'window')
    keep(a.k, a.ends - now)
    note(field, member, a.ends - now)
  end
end
`;

/** Gives back what was counted, where the outcome says so. */
export const GIVE_BACK_COUNT = `
settle['n'] = function(key, member)
  if outcome ~= 'released' and (outcome ~= 'failed' or string.sub(key, 1, 1) == '1') then return end
  local k = P .. 'n:' .. string.sub(key, 2)
  if redis.call('ZREM', k, member) == 0 then return end
  redis.call('ZINCRBY', k, string.match(member, '^%d+'), 'sum')
  if redis.call('ZCARD', k) == 2 then redis.call('DEL', k) end
end
`;
