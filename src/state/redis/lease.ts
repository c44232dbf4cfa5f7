// One at a time: '<until>:<number of the claim>' under the key. Another's lease is never freed: the number is compared.

/** Judges and takes `lease` operations. */
export const LEASE = `
local leases = {}
judge.lease = function()
  local key, lasts = take(), number()
  local k = P .. 'l:' .. key
  local ends, holder = string.match(redis.call('GET', k) or '', '^(%d+):(%d+)$')
  if ends and tonumber(ends) > now and holder ~= claim then return {'lease', tonumber(ends) - now} end
  leases[#leases + 1] = {k = k, key = key, lasts = lasts}
end
local function take_leases()
  for _, l in ipairs(leases) do
    redis.call('SET', l.k, whole(now + l.lasts) .. ':' .. claim, 'PX', whole(l.lasts + slack))
    note('l:' .. l.key, '', l.lasts)
  end
end
`;

/** Frees a lease that the claim still holds; a call that may go on keeps it until it ends by itself. */
export const FREE_LEASE = `
settle['l'] = function(key)
  if outcome == 'unknown' then return end
  local k = P .. 'l:' .. key
  if string.match(redis.call('GET', k) or '', ':(%d+)$') == claim then redis.call('DEL', k) end
end
`;
