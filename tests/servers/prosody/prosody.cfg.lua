-- Throw-away Prosody for tests.  Nothing in here is site specific: every path,
-- port and switch comes from the environment (ENV_X reads the variable X), so
-- one file serves any number of instances.  See start.sh for the variables.

local lua    = Lua or _G                  -- 13.0 wants Lua.xyz, 0.12 has no such name
local dir    = lua.assert(ENV_HS_DIR, "HS_DIR is not set")
local domain = ENV_HS_DOMAIN or "localhost"

local function port(name)                 -- "0" or unset: the service is off
    local n = lua.tonumber(lua.os.getenv(name) or "0")
    if n and n > 0 then return { n } end
    return {}
end
local function flag(name) local v = lua.os.getenv(name); return v == "1" or v == "true" end
local function words(name)
    local t = {}
    for w in (lua.os.getenv(name) or ""):gmatch("[^%s,]+") do t[#t + 1] = w end
    return t
end

run_as_root = true                        -- containers; harmless for other users
pidfile     = dir .. "/prosody.pid"
data_path   = dir .. "/data"
certificates = dir .. "/none"            -- else Prosody picks a certificate by its names
admin_socket = dir .. "/prosody.sock"     -- for: prosodyctl shell

log = { { levels = { min = ENV_HS_LOG_LEVEL or "debug" }, to = "file",
          filename = dir .. "/prosody.log", timestamps = true } }

interfaces            = { "127.0.0.1" }
local_interfaces      = { "127.0.0.1" }
c2s_ports             = port("HS_C2S_PORT")
c2s_direct_tls_ports  = port("HS_C2S_TLS_PORT")
component_ports       = port("HS_COMPONENT_PORT")
component_interfaces  = { "127.0.0.1" }
http_ports            = port("HS_HTTP_PORT")
http_interfaces       = { "127.0.0.1" }
https_ports           = port("HS_HTTPS_PORT")
https_interfaces      = { "127.0.0.1" }
s2s_ports, s2s_direct_tls_ports = {}, {}
modules_disabled      = { "s2s" }

http_default_host        = domain
consider_bosh_secure     = true
consider_websocket_secure = true
http_max_content_size    = 8 * 1024 * 1024

ssl = { certificate = lua.assert(ENV_HS_CERT), key = lua.assert(ENV_HS_KEY),
        protocol = ENV_HS_TLS }           -- tlsv1_2, tlsv1_2+, tlsv1_3; nil: 1.2 and up

c2s_require_encryption       = not flag("HS_ALLOW_PLAINTEXT")
allow_unencrypted_plain_auth = flag("HS_ALLOW_PLAINTEXT")
disable_sasl_mechanisms      = words("HS_NO_MECHANISMS")

-- Plain storage lets the server offer every SCRAM hash; internal_hashed offers
-- exactly one (HS_PASSWORD_HASH).
if ENV_HS_PASSWORD_HASH then
    authentication, password_hash = "internal_hashed", ENV_HS_PASSWORD_HASH
else
    authentication = "internal_plain"
end
-- 13.0 offers tls-server-end-point with this (0.12 ignores it).  Not "auto":
-- 13.0.1 then offers it to the first session of a host only.
tls_server_end_point_hash = ENV_HS_CERT_SHA256

admins = { "admin@" .. domain }             -- may create nodes on pubsub.DOMAIN

allow_registration         = true
registration_require_encryption = not flag("HS_ALLOW_PLAINTEXT")
c2s_stanza_size_limit      = lua.tonumber(ENV_HS_STANZA_LIMIT or "262144")
smacks_hibernation_time    = lua.tonumber(ENV_HS_SM_TIMEOUT or "60")
smacks_max_unacked_stanzas = 5
smacks_enabled_s2s         = false
archive_expires_after      = "never"
default_archive_policy     = true
max_archive_query_results  = 50
storage = "internal"

-- Left out on purpose: limits, register_limits (they slow a test suite down).
local modules = {
    "roster", "saslauth", "tls", "disco",
    "smacks", "carbons", "csi", "csi_simple", "mam", "pep", "bookmarks",
    "blocklist", "private", "vcard4", "vcard_legacy", "offline",
    "ping", "version", "time", "uptime", "lastactivity",
    "register_ibr", "user_account_management",
    "bosh", "websocket", "http", "admin_shell", "admin_socket",
}
for _, m in lua.ipairs(words("HS_MODULES")) do modules[#modules + 1] = m end
modules_enabled = modules

VirtualHost(domain)
    disco_items = { { "bot." .. domain, "external component" } }

VirtualHost("anon." .. domain)
    authentication = "anonymous"
    allow_registration = false

Component("conference." .. domain)("muc")
    modules_enabled = { "muc_mam" }
    restrict_room_creation = false
    muc_room_default_persistent = false

Component("pubsub." .. domain)("pubsub")
    autocreate_on_subscribe = true

Component("upload." .. domain)("http_file_share")

Component("bot." .. domain)
    component_secret = ENV_HS_COMPONENT_SECRET or "secret"
