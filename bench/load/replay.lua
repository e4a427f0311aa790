-- wrk's side of bench/load/requests.py: sends the requests of a file, told as FILE and "once" or "again".
-- Where each may be sent once only, the run ends with the file.

local requests = {}
local last, once = 0, false

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for length in function() return file:read("*l") end do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
  once = args[2] == "once"
end

function request()
  last = last + 1
  if last > #requests then
    if once then
      wrk.thread:stop()
    end
    last = 1
  end
  return requests[last]
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"failed":%d,"p50_ms":%f,"p99_ms":%f}\n',
    summary.requests, summary.duration / 1e6, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
