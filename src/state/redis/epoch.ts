// Whether this Redis still has what was written to it. It has an epoch, made once when it is empty, and a number that every
// claim raises; a sidecar remembers both, also over its own restart. Another epoch, none, or a lower number (a restored
// backup, a replica that lagged) means that claims are lost: nothing is counted any more until an operator accepts that.
import { defineFirstScript } from "./script.ts";

export type Loss = keyof typeof LOSSES;

/** By what `MEET` answers. */
export const LOSSES = {
  gone: "it is empty, and was not before",
  other: "it holds other state than the one that this sidecar knows: another Redis, or one that was emptied meanwhile",
  behind: "it holds an older state than before: a backup was restored, or a replica that lagged has taken over",
  told: "another sidecar has found that claims are lost",
} as const;

/**
 * Makes the epoch of a Redis that is met for the first time, and compares otherwise. That a number was too low is written
 * down: soon the claims of the others would have raised it above what this sidecar remembers. A loss that was accepted,
 * here or on another sidecar, is one no more: `met`, with what holds now.
 */
export const MEET = defineFirstScript(`
local fresh = take()
local known, number_known = ARGV[2], tonumber(ARGV[3])
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'number', 'lost')
if not meta[1] then
  if known ~= '' then return {'gone'} end
  redis.call('HSET', KEYS[1], 'epoch', fresh, 'number', '0')
  return {'met', fresh, 0}
end
if meta[1] == known and tonumber(meta[2]) < number_known and not meta[3] then
  redis.call('HSET', KEYS[1], 'lost', '1')
  return {'behind'}
end
if meta[3] then return {'told'} end
if known ~= '' and meta[1] ~= known and redis.call('HEXISTS', KEYS[1], 'accepted:' .. known) == 0 then return {'other'} end
return {'met', meta[1], tonumber(meta[2])}
`);

/** The loss of what the sidecar knew is accepted for all that knew the same: what is there now holds, under a new epoch. */
export const ACCEPT = defineFirstScript(`
local fresh = take()
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'number', 'lost')
if not meta[1] or meta[3] then
  if meta[1] then redis.call('HSET', KEYS[1], 'accepted:' .. meta[1], '1') end
  redis.call('HSET', KEYS[1], 'epoch', fresh, 'number', meta[2] or '0')
  redis.call('HDEL', KEYS[1], 'lost')
end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'accepted:' .. ARGV[2], '1') end
local now_is = redis.call('HMGET', KEYS[1], 'epoch', 'number')
return {'met', now_is[1], tonumber(now_is[2])}
`);
