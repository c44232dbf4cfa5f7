// One at a time: '<until>:<id of the claim>' under the key. Another's lease is never freed: the id is compared. The claim's number
// would not do: it goes with the record of a claim that ended as unknown, which keeps its lease and may come again.

/** Judges and takes `lease` operations. */
export const LEASE = `
local leases = {}
judge.lease = function()
  local key, lasts = take(), number()
  local k = P .. 'l:' .. key
  local ends, holder = string.match(redis.call('GET', k) or '', '^(%d+):(.*)$')
  if ends and tonumber(ends) > now and holder ~= id then return {'lease', tonumber(ends) - now} end
  leases[#leases + 1] = {k = k, key = key, lasts = lasts}
end
local function take_leases()
  for _, l in ipairs(leases) do
    redis.call('SET', l.k, whole(now + l.lasts) .. ':' .. id, 'PX', whole(l.lasts + slack))
    note('l:' .. l.key, '', l.lasts)
  end
end
`;

/** Frees a lease that the claim still holds; a call that may go on keeps it until it ends by itself. */
export const FREE_LEASE = `
settle['l'] = function(key)
  if outcome == 'unknown' then return end
  local k = P .. 'l:' .. key
  if string.match(redis.call('GET', k) or '', '^%d+:(.*)$') == id then redis.call('DEL', k) end
end
`;
