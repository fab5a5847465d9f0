/**
 * The scripts that run inside Redis, each one atomic. Amounts are whole numbers: billionths of a dollar, and tokens.
 *
 * An account is a hash (`spentNano`, `spentTokens`, `heldNano`, `heldTokens`) and a sorted set of the reservations that it
 * holds, by the time they expire. A reservation is a hash of its own, which outlives its expiry until its accounts are
 * forgotten, so that a call that ran too long is still booked.
 */

/** What the scripts share. A zero is never negated: Redis does not read `-0`. */
const shared = `
local function sweep(account, nowMs)
  local expired = redis.call('ZRANGEBYSCORE', account .. ':held', '-inf', nowMs)
  for _, reservation in ipairs(expired) do
    redis.call('ZREM', account .. ':held', reservation)
    local amount = redis.call('HMGET', reservation, 'nano', 'tokens')
    redis.call('HINCRBY', account, 'heldNano', 0 - (tonumber(amount[1]) or 0))
    redis.call('HINCRBY', account, 'heldTokens', 0 - (tonumber(amount[2]) or 0))
  end
end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function read(account)
  local fields = redis.call('HMGET', account, 'spentNano', 'spentTokens', 'heldNano', 'heldTokens')
  for at = 1, 4 do fields[at] = tonumber(fields[at]) or 0 end
  return fields
end
local function whole(fields)
  for at = 1, 4 do fields[at] = string.format('%.0f', fields[at]) end
  return fields
end
`;

/**
 * Holds an amount in every account, or in none.
 *
 * KEYS: the reservation, then the accounts. ARGV: nano, tokens, time to live in ms; then for each account its caps (nano,
 * tokens; empty for none) and its time to live in ms. Gives `{0}`, or the number of the account that cannot bear it and
 * its four fields.
 */
export const reserveScript: string = `${shared}
local nowMs = now()
local nano, tokens, ttlMs = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
for at = 2, #KEYS do
  sweep(KEYS[at], nowMs)
  local maxNano, maxTokens = tonumber(ARGV[at * 3 - 2]), tonumber(ARGV[at * 3 - 1])
  local has = read(KEYS[at])
  if (maxNano and has[1] + has[3] + nano > maxNano) or (maxTokens and has[2] + has[4] + tokens > maxTokens) then
    return { at - 1, unpack(whole(has)) }
  end
end
local keepMs = ttlMs
for at = 2, #KEYS do
  local account, accountTtlMs = KEYS[at], tonumber(ARGV[at * 3])
  keepMs = math.max(keepMs, accountTtlMs)
  redis.call('HINCRBY', account, 'heldNano', nano)
  redis.call('HINCRBY', account, 'heldTokens', tokens)
  redis.call('ZADD', account .. ':held', nowMs + ttlMs, KEYS[1])
  redis.call('PEXPIRE', account, accountTtlMs)
  redis.call('PEXPIRE', account .. ':held', accountTtlMs)
end
redis.call('HSET', KEYS[1], 'nano', nano, 'tokens', tokens)
redis.call('PEXPIRE', KEYS[1], keepMs)
return { 0 }
`;

/**
 * Ends a reservation and books what was used; a second time it does nothing.
 *
 * KEYS: the reservation, then the accounts. ARGV: nano, tokens.
 */
export const settleScript: string = `
local held = redis.call('HMGET', KEYS[1], 'nano', 'tokens')
if not held[1] then return 0 end
redis.call('DEL', KEYS[1])
for at = 2, #KEYS do
  if redis.call('ZREM', KEYS[at] .. ':held', KEYS[1]) == 1 then
    redis.call('HINCRBY', KEYS[at], 'heldNano', 0 - tonumber(held[1]))
    redis.call('HINCRBY', KEYS[at], 'heldTokens', 0 - tonumber(held[2]))
  end
  redis.call('HINCRBY', KEYS[at], 'spentNano', ARGV[1])
  redis.call('HINCRBY', KEYS[at], 'spentTokens', ARGV[2])
end
return 1
`;

/** Reads an account. KEYS: the account. Gives its four fields as text. */
export const balanceScript: string = `${shared}
sweep(KEYS[1], now())
local has = read(KEYS[1])
return whole(has)
`;
