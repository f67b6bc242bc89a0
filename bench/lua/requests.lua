-- Sends the requests in a file, one after the other and again from the first; reports as one line of JSON.
-- Each stands there whole, head and body, behind a line with its length in bytes.

local list = {}

local function read(path)
  local file = assert(io.open(path, "rb"))
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    list[#list + 1] = file:read(length)
  end
  file:close()
end

function init(arguments)
  read(arguments[1])
  if #list == 1 then
    -- Then wrk asks once, and spends on us as little as it does without a script.
    wrk.format = function() return list[1] end
    return
  end
  local last = 0
  function request()
    last = last % #list + 1
    return list[last]
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  local report = '{"requests": %d, "seconds": %.6f, "bytes": %d, "p50_ms": %.3f, "p99_ms": %.3f,'
    .. ' "refused": %d, "broken": %d}\n'
  io.write(report:format(
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
