// Letters between the sidecars that share this Redis: one sorted set of '<number>:<letter>' by number. Numbers are times, in
// thousandths of a millisecond, so that they go on rising when every letter has gone.
import { MOST_COLLECTED } from "../letter-box.ts";
import { defineScript } from "./script.ts";

/** Long enough for a sidecar that looks several times a second. */
export const LETTER_MS = 10_000;
/** As many as one sidecar writes in that time, each of which bounds the bytes of its own: twenty at their bound leave half a second. */
export const MOST_LETTERS = 10_000;

const LETTERS = `
local k = P .. 'letters'
local function last_number() return tonumber(redis.call('ZRANGE', k, -1, -1, 'WITHSCORES')[2] or '0') end
local gone = whole((now - ${LETTER_MS}) * 1000 + 999)
`;

export const POST = defineScript(`
${LETTERS}
local n = math.max(now * 1000, last_number() + 1)
redis.call('ZADD', k, whole(n), whole(n) .. ':' .. take())
redis.call('ZREMRANGEBYSCORE', k, '-inf', gone)
if redis.call('ZCARD', k) > ${MOST_LETTERS} then redis.call('ZREM', k, redis.call('ZRANGE', k, 0, 0)[1]) end
keep(k, ${LETTER_MS})
return {'ok', now, count}
`);

export const COLLECT = defineScript(`
${LETTERS}
local after = take()
if after == '' then return {'ok', now, count, whole(math.max(now * 1000 - 1, last_number()))} end
-- a number beyond all that there can be is of letters that are lost, or of a clock that went back: all that is here is new
local newest = math.max(now * 1000 + 999, last_number())
if tonumber(gone) > tonumber(after) or tonumber(after) > newest then after = gone end
local found = redis.call('ZRANGEBYSCORE', k, '(' .. after, '+inf', 'LIMIT', 0, ${MOST_COLLECTED})
local answer = {'ok', now, count, found[#found] and string.match(found[#found], '^%d+') or after}
for _, letter in ipairs(found) do answer[#answer + 1] = string.match(letter, '^%d+:(.*)$') end
return answer
`);
