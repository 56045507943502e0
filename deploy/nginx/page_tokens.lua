-- What stands on each site's pages, as one short name that pages are kept under; every worker of nginx holds its own.
--
-- The application is asked for all sites at once, twice a second while there are visitors. A visitor is never given
-- what it said when it was asked more than 1.5 seconds before he came: there he waits. So a change shows within two
-- seconds, however long pages are kept, and an answer from the cache costs the application nothing.
--
-- Only while the application is down older pages are served, as what it said last stands then. One that nobody can
-- connect to is down, as is one that says nothing for ten seconds.

local semaphore = require "ngx.semaphore"

local find, gmatch, match, sub = string.find, string.gmatch, string.match, string.sub
local get_method, now, timer_at, update_time = ngx.req.get_method, ngx.now, ngx.timer.at, ngx.update_time
local new_socket, var = ngx.socket.tcp, ngx.var

-- Seconds.
local ASKED_AFTER = 0.5
local KNOWN_FOR = 1.5
local CONNECT, READ = 2, 10
-- An asking that takes longer was lost with its timer.
local LOST_AFTER = CONNECT + READ

local QUESTION = "GET /_page-tokens HTTP/1.0\r\nHost: localhost\r\n\r\n"
local NEVER = -math.huge

local addresses = {}
local tokens = {}
-- When the asking began that the tokens are from, when the one that is under way did.
local asked_at, asking_since = NEVER, NEVER
local is_down = false
local askings = semaphore.new()

-- Status and text of an answer; nothing where nobody answers.
local function answer_of(address)
    for _ = 1, 2 do
        local connection = new_socket()
        connection:settimeouts(CONNECT * 1000, CONNECT * 1000, READ * 1000)
        if not connection:connect(unpack(address)) or not connection:send(QUESTION) then
            return nil
        end
        local answer, fault = connection:receive("*a")
        connection:close()
        local status = answer and match(answer, "^HTTP/1%.[01] (%d%d%d) ")
        -- From a server between here and the application: nobody is there.
        if status == "502" or status == "504" then
            return nil
        end
        if status or fault == "timeout" then
            return status, answer
        end
        -- Cut off, as by a process that ended: another one takes the question.
    end
end

-- A line for each host; one that was cut off has no end. The host stands in the name: a page shows its own.
local function tokens_in(answer)
    local found = {}
    for host, token in gmatch(answer, "(%S+) (%x+)\n") do
        found[host] = host .. "|" .. token
    end
    return found
end

local function ask()
    update_time()
    local began = now()
    local status, answer
    for place, address in ipairs(addresses) do
        status, answer = answer_of(address)
        if status then
            -- Asked first from now on: each that hangs before it would cost every asking seconds.
            table.insert(addresses, 1, table.remove(addresses, place))
            break
        end
    end
    update_time()
    if began <= asked_at then
        -- One that began later was answered sooner.
        return
    end
    if status then
        -- Whatever it answers is its own word: what it does not name is not shown any more.
        tokens, asked_at = status == "200" and tokens_in(answer) or {}, began
    else
        -- Older pages are better than none, only while the application is down.
        asked_at = now()
    end
end

local function ask_and_wake()
    local is_done, fault = pcall(ask)
    if not is_done then
        tokens, asked_at = {}, now()
        ngx.log(ngx.ERR, "page tokens: ", fault)
    end
    asking_since = NEVER
    local waiting = -askings:count()
    if waiting > 0 then
        askings:post(waiting)
    end
end

local function is_asking()
    local age = now() - asking_since
    return age >= 0 and age <= LOST_AFTER
end

-- Has the application asked; whether the tokens are young enough then for a visitor who came at that moment.
local function renewed(came_at)
    if came_at < asked_at then
        -- The clock was set back.
        asked_at = NEVER
    end
    repeat
        if not is_asking() then
            -- Not as part of his request: it may end before the answer comes.
            if not timer_at(0, ask_and_wake) then
                return false
            end
            asking_since = now()
        end
        if came_at - asked_at <= KNOWN_FOR then
            return true
        end
        -- The asking that ends first may have begun long before he came; the one behind it is young enough.
    until not askings:wait(LOST_AFTER)
    return false
end

-- The token of the host that the application is told; empty where nothing is kept. Every answer passes here.
local function known()
    local method = get_method()
    if method ~= "GET" and method ~= "HEAD" then
        return ""
    end
    local came_at = now()
    local age = came_at - asked_at
    if (age > ASKED_AFTER or age < 0) and not renewed(came_at) then
        return ""
    end
    local host = var.http_host or ""
    local token = tokens[host]
    if not token then
        -- What is no port is no name of a site either.
        local port = find(host, ":%d%d?%d?%d?%d?$")
        token = port and tokens[sub(host, 1, port - 1)]
    end
    return token or ""
end

-- Each address as connect() takes it: {"unix:/path"} or {"10.0.0.1", 8000}. The first that answers is believed.
local function ask_at(...)
    addresses = {...}
end

return {known = known, ask_at = ask_at}
