// A Lua script of ours. Every one begins with the same lines: it learns the time, and makes sure that this Redis still has
// the state that the sidecar knows, before it reads or writes anything else.
//
// Arguments: 1 prefix of all keys, 2 epoch, 3 highest number seen, 4 time (empty: Redis' own), 5 what an injected clock may
// lag behind Redis' own, then those of the script. Only the first key is declared: all the others have the same hash tag,
// and so stand in the same slot.
// Numbers are doubles: whole up to 2^53. `..` would round them to 14 digits, so that they are written by `whole`.
import { createHash } from "node:crypto";

export interface Script {
  readonly source: string;
  readonly sha: string;
}

const READER = `
local P, slack = ARGV[1], tonumber(ARGV[5])
local now = tonumber(ARGV[4])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local cursor = 5
local function take() cursor = cursor + 1; return ARGV[cursor] end
local function number() return tonumber(take()) end
local function whole(n) return string.format('%.0f', n) end
`;

const TRUSTING = `
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'number', 'lost')
if meta[1] ~= ARGV[2] or meta[3] or tonumber(meta[2]) < tonumber(ARGV[3]) then return {'lost'} end
local count = tonumber(meta[2])
local function raise() count = count + 1; redis.call('HSET', KEYS[1], 'number', whole(count)) end
-- never shorter than what is there: one key holds things that end at different times
local function keep(key, ms)
  if redis.call('PTTL', key) < ms + slack then redis.call('PEXPIRE', key, ms + slack) end
end
-- the list of what has an end: score = end, member = '<length of id>:<id><key>'
local function list(name, id, key, ends)
  redis.call('ZREMRANGEBYSCORE', P .. name, '-inf', now)
  redis.call('ZADD', P .. name, ends, #id .. ':' .. id .. key)
  keep(P .. name, ends - now)
end
-- of a list whose ends stand in another one: a bounded piece of work
local function trim(name, ends)
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', P .. ends, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('ZREM', P .. ends, member)
    redis.call('ZREM', P .. name, member)
  end
end
local function unlist(name, id, key) redis.call('ZREM', P .. name, #id .. ':' .. id .. key) end
-- the key of what is listed under the id
local function split(member)
  local length, rest = string.match(member, '^(%d+):(.*)$')
  return string.sub(rest, 1, tonumber(length)), string.sub(rest, tonumber(length) + 1)
end
`;

const scriptOf = (source: string): Script => ({ source, sha: createHash("sha1").update(source).digest("hex") });

/** Runs only where the state is the one that the sidecar knows; otherwise it answers `lost`. */
export const defineScript = (body: string): Script => scriptOf(READER + TRUSTING + body);

/** Runs on any state: for what has to find out whether it is the known one. */
export const defineFirstScript = (body: string): Script => scriptOf(READER + body);
