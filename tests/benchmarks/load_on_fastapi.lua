-- So many requests at an even pace, each once, then silence: nothing is in flight when wrk ends.
-- wrk waits for an answer before it asks again on a connection, and has no pace of its own; here
-- each thread keeps a timetable, and delay() waits for the next place in it. A server that falls
-- behind is asked later than the timetable says: how much later is told as "late".
--
-- Arguments: path, requests of each thread, requests a second of each thread (0: as quick as it
-- goes), a file of tokens to confirm ("-": sign instead).

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } instant;
  int clock_gettime(int clock, instant *now);
]]
local reading = ffi.new("instant")

local function now()
  ffi.C.clock_gettime(1, reading) -- 1: the clock that nobody sets
  return tonumber(reading.seconds) + tonumber(reading.nanoseconds) / 1e9
end

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  path, total, rate = arguments[1], tonumber(arguments[2]), tonumber(arguments[3])
  tokens = {}
  if arguments[4] ~= "-" then
    for line in io.lines(arguments[4]) do table.insert(tokens, line) end
  end
  asked, sent, answered, refused, late, began, ended = 0, 0, 0, 0, 0, nil, 0
end

function delay()
  asked = asked + 1
  if asked > total then return 3600000 end
  if asked == 1 then began, sent = now(), 0 end -- wrk has tried out request() before
  if rate == 0 then return 0 end
  local wait = began + (asked - 1) / rate - now()
  late = math.max(late, -wait)
  return math.max(0, math.floor(wait * 1000))
end

function request()
  local place = number * total + sent
  sent = sent + 1
  local body
  if #tokens > 0 then
    body = '{"token": "' .. tokens[place + 1] .. '"}'
  else
    body = '{"name": "Ana Díaz", "email": "ana' .. place .. '@example.org",' ..
      ' "postal_code": "1010", "consents": ["terms"]}'
  end
  return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, body)
end

function response(status)
  answered = answered + 1
  if status >= 300 then refused = refused + 1 end
  ended = now()
end

function done(summary, latency)
  local all = { sent = 0, answered = 0, refused = 0 }
  local first, last, behind = math.huge, 0, 0
  for _, thread in ipairs(threads) do
    for name, count in pairs(all) do all[name] = count + thread:get(name) end
    first = math.min(first, thread:get("began"))
    last = math.max(last, thread:get("ended"))
    behind = math.max(behind, thread:get("late"))
  end
  local errors = summary.errors
  io.write(string.format(
    '{"sent": %d, "answered": %d, "refused": %d, "broken": %d, "seconds": %.3f,' ..
    ' "late": %.3f, "p50": %.1f, "p95": %.1f, "p99": %.1f, "max": %.1f}\n',
    all.sent, all.answered, all.refused,
    errors.connect + errors.read + errors.write + errors.timeout,
    last - first, behind,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000))
end
