# ruff: noqa: ANN001, ANN201, D415, E501, N802, RUF001
# mypy: ignore-errors
"""150 forms in which credentials stand in coding agents' session logs.

FORMS: list of (family, text, secret). All secrets are made at import from a
seeded generator; none is real. `secret` is what must not remain readable.
For multi-line bodies it is one inner (or the last) part of the body.
"""

import base64
import json
import random
import string
import textwrap
import uuid
from urllib.parse import quote

R = random.Random(20261124)
LOW, UP, DIG = string.ascii_lowercase, string.ascii_uppercase, string.digits
AN = LOW + UP + DIG


def pick(alphabet, n):
    return "".join(R.choice(alphabet) for _ in range(n))


def alnum(n):
    return pick(AN, n)


def low(n):
    return pick(LOW + DIG, n)


def upper(n):
    return pick(UP + DIG, n)


def hexa(n):
    return pick("0123456789abcdef", n)


def HEXA(n):
    return pick("0123456789ABCDEF", n)


def b32(n):
    return pick(UP + "234567", n)


def url(n):
    """base64url characters; the ends are alphanumeric."""
    return alnum(1) + pick(AN + "-_", n - 2) + alnum(1)


def rawb(n):
    return bytes(R.getrandbits(8) for _ in range(n))


def b64(n):
    """Standard base64 of n random bytes"""
    return base64.b64encode(rawb(n)).decode()


def enc(s):
    return base64.b64encode(s.encode()).decode()


def encu(s):
    return base64.urlsafe_b64encode(s.encode()).decode().rstrip("=")


def uid():
    return str(uuid.UUID(int=R.getrandbits(128), version=4))


def pw(n=16, extra="!#%*+-.=?^_~"):
    """A generated password with at least one symbol, alnum at the ends"""
    while True:
        s = alnum(1) + pick(AN + extra * 2, n - 2) + alnum(1)
        if any(c in extra for c in s) and any(c in DIG for c in s):
            return s


WORDS = [
    "abandon",
    "acoustic",
    "bamboo",
    "bracket",
    "candy",
    "carbon",
    "dolphin",
    "drastic",
    "eagle",
    "elbow",
    "fabric",
    "fossil",
    "galaxy",
    "ginger",
    "hazard",
    "hybrid",
    "icon",
    "jacket",
    "jungle",
    "kidney",
    "ladder",
    "lava",
    "maple",
    "meadow",
    "nephew",
    "noodle",
    "oblige",
    "orphan",
    "panther",
    "pelican",
    "quarter",
    "rabbit",
    "ribbon",
    "saddle",
    "scatter",
    "tackle",
    "tornado",
    "umbrella",
    "urban",
    "velvet",
    "walnut",
    "whisper",
    "yellow",
    "zebra",
    "obvious",
    "puzzle",
    "slender",
    "trophy",
    "unveil",
    "vintage",
    "pigeon",
    "mosquito",
    "lyrics",
    "gravity",
    "exhibit",
    "cactus",
]


def words(n):
    return R.sample(WORDS, n)


def human():
    """A password as a person makes one"""
    a, b = words(2)
    return a.capitalize() + R.choice("-_.") + b.capitalize() + str(R.randrange(11, 99)) + R.choice("!?$#")


def wrap(s, n=64):
    return "\n".join(textwrap.wrap(s, n))


HEADS = {
    "RSA PRIVATE KEY": "MIIEpAIBAAKCAQEA",
    "EC PRIVATE KEY": "MHcCAQEEI",
    "PRIVATE KEY": "MIIEvgIBADANBgkqhkiG9w0BAQEFAASC",
    "OPENSSH PRIVATE KEY": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB",
}


def pem(label, n, nl="\n"):
    head = HEADS[label]  # the fixed first bytes of such a body
    lines = textwrap.wrap(head + b64(n)[len(head) :], 64)
    return nl.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"]), lines


def jwt(payload, sig=43):
    return encu('{"alg":"HS256","typ":"JWT"}') + "." + encu(json.dumps(payload)) + "." + url(sig)


FORMS: list[tuple[str, str, str]] = []


def add(family, text, secret):
    FORMS.append((family, text, secret))


E = "\x1b["

# ===================================================== provider tokens (about a third)
s = "ghp_" + alnum(36)
add(
    "github-classic",
    f"$ git clone https://x-access-token:{s}@github.com/acme/billing.git /tmp/b\nCloning into '/tmp/b'...",
    s,
)
s = "github_pat_" + alnum(22) + "_" + alnum(59)
add(
    "github-fine-grained",
    f"remote: Write access to repository not granted.\nfatal: token «{s}» lacks contents:write",
    s,
)
s = "github_pat_" + alnum(22) + "_" + alnum(59)
add(
    "github-fine-grained",
    json.dumps(
        {
            "mcpServers": {
                "github": {
                    "command": "docker",
                    "args": [
                        "run",
                        "-i",
                        "-e",
                        "GITHUB_PERSONAL_ACCESS_TOKEN=" + s,
                        "ghcr.io/github/github-mcp-server",
                    ],
                }
            }
        }
    ),
    s,
)
s = "gho_" + alnum(36)
add(
    "github-oauth",
    f"github.com\n  ✓ Logged in to github.com account octo-lina (/home/lina/.config/gh/hosts.yml)\n  - Token: {s}\n  - Token scopes: 'gist', 'repo'",
    s,
)
s = "ghs_" + alnum(36)
add(
    "github-app",
    f"2026-03-02T08:11:04.1180921Z [command]/usr/bin/git config --local http.https://github.com/.extraheader AUTHORIZATION: bearer {s}",
    s,
)
s = "glpat-" + url(20)
add(
    "gitlab-pat",
    f"curl -sS --header \"PRIVATE-TOKEN: {s}\" 'https://gitlab.acme.dev/api/v4/projects/77/variables' | jq .",
    s,
)
s = "glpat-" + url(27) + ".01." + low(9)
add("gitlab-routable", f"glab auth login --hostname gitlab.com --token {s} && glab repo list", s)
s = "glrt-" + url(20)
add(
    "gitlab-runner",
    f'[[runners]]\n  name = "arm-4"\n  url = "https://gitlab.com"\n  token = "{s}"\n  executor = "docker"\n',
    s,
)
s = "glptt-" + hexa(40)
add(
    "gitlab-trigger",
    f"POST https://gitlab.com/api/v4/projects/4411/ref/main/trigger/pipeline?token={s} -> 201 Created",
    s,
)
s = "sk-ant-api03-" + url(93) + "AA"
add(
    "anthropic",
    f"anthropic.AuthenticationError: Error code: 401 - invalid x-api-key\n  request.headers = {{'x-api-key': '{s}', 'anthropic-version': '2023-06-01'}}",
    s,
)
s = "sk-ant-oat01-" + url(93) + "AA"
add(
    "anthropic-oauth",
    "cat ~/.claude/.credentials.json\n"
    + json.dumps(
        {"claudeAiOauth": {"accessToken": s, "expiresAt": 1767222000000, "scopes": ["user:inference"]}}, indent=1
    ),
    s,
)
s = "sk-proj-" + url(74) + "T3BlbkFJ" + url(74)
add(
    "openai-project",
    f"openai.AuthenticationError: Incorrect API key provided: {s}. You can find your API key at https://platform.openai.com/account/api-keys.",
    s,
)
s = "sk-or-v1-" + hexa(64)
add("openrouter", f"my key for openrouter is {s} , put it in the config pls and rerun", s)
s = "AIzaSy" + url(33)
add("google-api-key", f"GET https://generativelanguage.googleapis.com/v1beta/models?key={s} 403 (Forbidden)", s)
s = "AQ.Ab8RN6" + url(44)
add("google-auth-key", f"export GEMINI_API_KEY='{s}'\ngemini -p 'summarise CHANGES.md'", s)
s = "GOCSPX-" + url(28)
add(
    "google-oauth-client",
    json.dumps(
        {
            "installed": {
                "client_id": pick(DIG, 12) + "-" + low(32) + ".apps.googleusercontent.com",
                "project_id": "acme-drive",
                "client_secret": s,
            }
        }
    ),
    s,
)
s = "1//0g" + url(96)
add("google-refresh-token", f"{{'refresh_token': '{s}', 'token_uri': 'https://oauth2.googleapis.com/token'}}", s)
ak, s = "AKIA" + b32(16), pick(AN + "/+", 40)
add("aws-secret", f"User name,Access key ID,Secret access key\nci-deploy,{ak},{s}\n", s)
ak, s = "AKIA" + b32(16), pick(AN + "/+", 40)
add(
    "aws-secret",
    f"AWS Access Key ID [None]: {ak}\nAWS Secret Access Key [None]: {s}\nDefault region name [None]: eu-west-1",
    s,
)
s = "IQoJb3JpZ2luX2Vj" + b64(390)
add(
    "aws-session-token",
    json.dumps(
        {"Credentials": {"AccessKeyId": "ASIA" + b32(16), "SessionToken": s, "Expiration": "2026-04-01T10:00:00Z"}},
        indent=4,
    ),
    s,
)
s = "xoxb-" + pick(DIG, 12) + "-" + pick(DIG, 13) + "-" + alnum(24)
add("slack-bot", f"slack_sdk.errors.SlackApiError: missing_scope (token={s[:]}, needed=channels:history)", s)
s = "xapp-1-A0" + upper(9) + "-" + pick(DIG, 13) + "-" + hexa(64)
add("slack-app", f"  slack:\n    app_token: {s}\n    socket_mode: true", s)
p = "T0" + upper(8) + "/B0" + upper(8) + "/"
s = alnum(24)
add(
    "slack-webhook",
    f"curl -X POST -H 'Content-type: application/json' --data '{{\"text\":\"ok\"}}' https://hooks.slack.com/services/{p}{s}",
    s,
)
s = url(68)
add("discord-webhook", f"[notify] posting to https://discord.com/api/webhooks/{pick(DIG, 19)}/{s}?wait=true", s)
s = "M" + alnum(25) + "." + alnum(6) + "." + url(38)
add("discord-bot", f"client.login('{s}');  // bot.js:14", s)
s = pick(DIG, 10) + ":AA" + url(33)
add("telegram-bot", f"https://api.telegram.org/bot{s}/getUpdates?offset=-1", s)
s = "rk_live_51" + alnum(97)
add("stripe", f'$ grep -rn live config/\nconfig/prod.exs:41:  api_key: "{s}",', s)
s = "whsec_" + alnum(32)
add(
    "stripe-webhook",
    f"> Ready! You are using Stripe API Version [2025-11-17]. Your webhook signing secret is {s} (^C to quit)",
    s,
)
s = "npm_" + alnum(36)
add("npm-token", f"//npm.shop.example/:_authToken={s}\nalways-auth=true", s)
s = "pypi-AgEIcHlwaS5vcmc" + url(160)
add("pypi-token", f"twine upload -u __token__ -p {s} dist/*", s)
s = "hf_" + pick(LOW + UP, 34)
add("huggingface", f'from huggingface_hub import login; login("{s}")', s)
s = "SG." + url(22) + "." + url(43)
add("sendgrid", f"| SENDGRID_API_KEY     | {s} | production |", s)
s = "hvs.CAESI" + url(86)
add(
    "vault-token",
    f"Key                  Value\n---                  -----\ntoken                {s}\ntoken_accessor       9pTt0nAccessor\ntoken_duration       768h",
    s,
)
s = alnum(14) + ".atlasv1." + url(67)
add("terraform-cloud", 'credentials "app.terraform.io" {\n  token = "' + s + '"\n}', s)
s = "dapi" + hexa(32)
add("databricks", f"[DEFAULT]\nhost  = https://adb-77120.4.azuredatabricks.net\ntoken = {s}-3", s)
s = "sb_secret_" + url(22) + "_" + alnum(8)
add("supabase", f"const db = createClient('https://{low(20)}.supabase.co', '{s}')", s)
s = "sbp_" + hexa(40)
add("supabase", f"npx -y @supabase/mcp-server-supabase@latest --access-token={s}", s)
s = "lin_api_" + alnum(40)
add(
    "linear",
    json.dumps({"tool": "linear_query", "arguments": {"headers": {"Authorization": s}, "query": "{ viewer { id } }"}}),
    s,
)
s = "ntn_" + pick(DIG, 11) + alnum(35)
add("notion", f'OPENAPI_MCP_HEADERS={{"Authorization": "Bearer {s}", "Notion-Version": "2022-06-28" }}', s)
s = "gsk_" + alnum(52)
add("groq", f"{E}33mWARN{E}0m groq: 429 for key {E}1m{s}{E}0m, retrying in 4s", s)
s = "xai-" + alnum(80)
add("xai", f"XAI_API_KEY: {s}   # grok code reviewer", s)
s = "tskey-auth-k" + alnum(10) + "CNTRL-" + alnum(32)
add("tailscale", f"sudo tailscale up --authkey={s} --hostname=ci-$(hostname)", s)
s = "ops_eyJ" + url(420)
add("onepassword-sa", f"OP_SERVICE_ACCOUNT_TOKEN={s} op run --env-file=.env.tpl -- make deploy", s)
s = "FlyV1 fm2_" + b64(220)
add("fly", f"$ fly tokens create deploy -x 999999h\n{s}", s[6:])
s = "ATATT3xFfGF0" + url(170) + "=" + HEXA(8)
add("atlassian", f"acli jira auth login --site acme.atlassian.net --email po@acme.dev --token <<< '{s}'", s)
s = "AGE-SECRET-KEY-1" + pick("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)
add("age-key", f"# created: 2026-01-19T09:02:11Z\n# public key: age1{low(58)}\n{s}", s)
s = "lsv2_pt_" + hexa(32) + "_" + hexa(10)
add("langsmith", f"langsmith.utils.LangSmithAuthError: 401 for {{'x-api-key': '{s}'}}", s)
s = alnum(3) + "8Q~" + pick(AN + "-_.~", 33) + alnum(1)
add(
    "azure-client-secret",
    json.dumps({"appId": uid(), "displayName": "ci-deploy", "password": s, "tenant": uid()}, indent=2),
    s,
)
s = "sntrys_" + url(160)
add("sentry", f"[auth]\ntoken={s}\n[defaults]\norg=acme", s)

# ===================================================== no known prefix (about a third)
s = human()
add("spoken-password", f"the pw for staging is {s} and the user is just admin, go ahead and log in", s)
s = pw(14)
add("spoken-password", f"User: can you ssh to 10.4.0.12? user deploy, password's {s}", s)
s = "-".join(words(4))
add("spoken-password", f"ok so the wifi in the lab (SSID acme-lab), passphrase: {s}. Use it in the Pi image", s)
s = pw(12)
add("spoken-password-foreign", f"Das Passwort für den Testserver lautet {s} – bitte nicht einchecken.", s)
s = human()
add("spoken-password-foreign", f"el usuario es root y la contraseña es {s}", s)
s = alnum(15)
add("spoken-password-foreign", f"数据库密码是{s}，用户名 app", s)
s = pw(15, "!#%_-")
add("cli-password-flag", f"mysql -h db-2.internal -u root -p'{s}' -e 'show processlist'", s)
s = alnum(14)
add("cli-password-flag", f"mysqldump -uapp -p{s} --single-transaction shop > /tmp/shop.sql", s)
s = alnum(16)
add("cli-password-flag", f"smbclient //nas/backup -U 'svc_backup%{s}' -c 'ls'", s)
s = alnum(17)
add("cli-password-flag", f"ldapsearch -x -H ldap://dc1 -D cn=admin,dc=acme,dc=dev -w {s} '(uid=kim)'", s)
s = alnum(16)
add("cli-password-flag", f"openssl pkcs12 -in cert.p12 -nodes -passin pass:{s} -out cert.pem", s)
s = alnum(20)
add("cli-password-flag", f"curl -u elastic:{s} https://es.acme.internal:9200/_cluster/health?pretty", s)
s = alnum(16)
add("cli-stdin-password", f"echo '{s}' | sudo -S systemctl restart nginx", s)
s = pw(14, "!_-")
add("cli-stdin-password", f"printf 'deploy:{s}\\n' | sudo chpasswd", s)
s = human().replace("$", "!")
add("cli-stdin-password", f'expect -c \'spawn ssh root@10.0.0.3; expect "assword:"; send "{s}\\r"; interact\'', s)
s = pw(18, "-_.~")
add(
    "db-url",
    f"sqlalchemy.exc.OperationalError: could not connect: postgresql+asyncpg://svc_orders:{s}@pg-7.acme.internal:6432/orders",
    s,
)
s = alnum(24)
add("db-url", f"MONGO=mongodb+srv://etl:{s}@cluster0.{low(5)}.mongodb.net/?retryWrites=true&w=majority", s)
s = alnum(32)
add("db-url", f"REDIS_TLS_URL: rediss://:{s}@ec2-54-1-2-3.compute-1.amazonaws.com:18790", s)
raw = pw(9, "-_") + "@/" + alnum(6)
s = quote(raw, safe="")
add("percent-encoded", f"DATABASE_URL=postgres://app:{s}@db:5432/app?sslmode=require", s)
s = pw(16, "!#*_")
add(
    "jdbc",
    f"spring.datasource.url=jdbc:sqlserver://sql1.acme.local:1433;databaseName=hr;user=hr_app;password={s};encrypt=true",
    s,
)
s = alnum(16)
add("jdbc", f"jdbc:oracle:thin:scott/{s}@//ora-1.acme.local:1521/XEPDB1", s)
s = pw(17, "!#*_-")
add(
    "ado-connection-string",
    f'"Default": "Server=tcp:acme.database.windows.net,1433;Initial Catalog=erp;User ID=erp@acme;Pwd={s};TrustServerCertificate=False"',
    s,
)
s = alnum(19)
add("libpq-dsn", f"psql \"host=10.2.0.5 port=5432 dbname=geo user=geo_rw password={s} sslmode=require\" -c '\\dt'", s)
s = pw(16, "!_-.")
add("sql-statement", f"postgres=# ALTER ROLE reporting WITH LOGIN PASSWORD '{s}';\nALTER ROLE", s)
s = alnum(20)
add("mongo-shell", f'db.createUser({{ user: "metrics", pwd: "{s}", roles: ["clusterMonitor"] }})', s)
s = alnum(24)
add("redis-acl", f"127.0.0.1:6379> ACL SETUSER worker on >{s} ~jobs:* +@all\nOK", s)
s = alnum(28)
add("redis-acl", f"# redis.conf\nport 6379\nrequirepass {s}\nmasterauth {s}\nappendonly yes", s)
s = alnum(20)
add(
    "netrc", f"$ cat ~/.netrc\nmachine api.heroku.com login dev@acme.dev password {s} machine git.heroku.com login x", s
)
s = pw(15, "!_-.#")
add("pgpass", f"$ cat ~/.pgpass\n# host:port:db:user:pass\ndb-3.acme.internal:5432:*:svc_ledger:{s}", s)
s = pick(AN + "!@^&*(-_=+)", 48) + alnum(2)
add("env-secret-key", f"settings.py:23: SECRET_KEY = 'django-insecure-{s}'", s)
s = b64(32)
add("env-secret-key", f"APP_KEY=base64:{s}", s)
s = hexa(32)
add("env-secret-key", f"   DD_API_KEY           {s}\n   DD_SITE              datadoghq.eu", s)
s = hexa(32)
add("rails-secret", f"$ cat config/master.key\n{s}", s)
s = hexa(40)
add(
    "wandb",
    f"wandb: Paste an API key from your profile and hit enter: {s}\nwandb: Appending key for api.wandb.ai to your netrc file",
    s,
)
s = hexa(32)
add("twilio-auth", f"client = Client('AC{hexa(32)}', '{s}')  # account sid, auth token", s)
s = url(40)
add("bearer-header", f"> GET /client/v4/zones HTTP/2\n> Host: api.cloudflare.com\n> authorization: Bearer {s}\n>", s)
s = enc("kiosk:" + alnum(16))
add("basic-header", f"http --headers PUT :8080/api/v2/flags 'Authorization: Basic {s}'", s)
s = alnum(32)
add("cookie", f"Set-Cookie: JSESSIONID={s.upper()}; Path=/; HttpOnly; Secure", s.upper())
s = url(60) + "%3A" + url(40)
add("cookie", f"curl 'https://app.acme.dev/api/me' -b 'theme=dark; connect.sid=s%3A{s}; lang=en'", s)
s = pick(DIG, 6)
add("otp-code", f"Enter your one-time code: your Acme verification code is {s}. It expires in 10 minutes.", s)
codes = [hexa(5) + "-" + hexa(5) for _ in range(8)]
add(
    "recovery-codes",
    "Two-factor recovery codes (save them!):\n" + "\n".join(f"  {i + 1}. {c}" for i, c in enumerate(codes)),
    codes[5],
)
s = alnum(43)
add(
    "password-reset-link",
    f"Reset mail caught by mailhog: https://app.acme.dev/users/password/edit?reset_password_token={s}",
    s,
)
s = pw(14, "_-.")
add(
    "powershell",
    f"PS C:\\> $c = New-Object PSCredential('acme\\svc_sql', (ConvertTo-SecureString '{s}' -AsPlainText -Force))",
    s,
)
s = pw(16, "_-!")
add(
    "test-source",
    f"    await page.getByLabel('Email').fill('qa@acme.dev');\n    await page.getByLabel('Password').fill('{s}');",
    s,
)
s = alnum(16)
add(
    "mcp-argument",
    json.dumps(
        {"name": "browser_type", "arguments": {"element": "Password textbox", "ref": "e31", "text": s, "submit": True}}
    ),
    s,
)
s = alnum(24)
add("branch-name", f"Switched to a new branch 'fix/rotate-api-key-{s}'", s)
s = low(26)
add("file-name", f"-rw-------  1 dev  staff   84 Mar  3 11:20 prod-password_{s}.txt", s)
s = pw(14, "_-!")
add("git-diff", f"@@ -4,3 +4,3 @@ smtp:\n   user: mailer@acme.dev\n-  pass: {s}\n+  pass: ${{SMTP_PASS}}", s)
s = pw(15, "_-!")
add(
    "markdown-table", f"| env | user | password |\n|---|---|---|\n| dev | dev | (see vault) |\n| prod | root | {s} |", s
)
s = alnum(20)
add(
    "ansi",
    f"{E}32m✔{E}39m Admin created\n  {E}2memail:{E}22m admin@acme.dev\n  {E}2mpassword:{E}22m {E}36m{s}{E}39m",
    s,
)
s = alnum(16)
add(
    "generated-credential",
    f"argocd admin initial-password -n argocd\n{s}\n\n This password must be only used for first time login.",
    s,
)

# ===================================================== encoded, multi-line, structured (about a third)
t, L = pem("RSA PRIVATE KEY", 1192)
add("pem-multiline", t, L[9])
t, L = pem("EC PRIVATE KEY", 121)
add("pem-indented", "    tls.key: |\n" + textwrap.indent(t, "      "), L[1])
t, L = pem("PRIVATE KEY", 1218, "\\n")
add("pem-one-line", f'APPLE_P8="{t}\\n"', L[-2])
t, L = pem("OPENSSH PRIVATE KEY", 387)
add("ssh-key", f"$ cat ~/.ssh/id_ed25519_deploy\n{t}", L[3])
t, L = pem("OPENSSH PRIVATE KEY", 1310)
add("ssh-key-cat-n", "\n".join(f"{i:6}\t{x}" for i, x in enumerate(t.split("\n"), 1)), L[7])
t, L = pem("PRIVATE KEY", 1218)
add(
    "pem-diff",
    "diff --git a/k.pem b/k.pem\ndeleted file mode 100600\n" + "\n".join("-" + x for x in t.split("\n")),
    L[4],
)
t, L = pem("RSA PRIVATE KEY", 1192)
add("pem-truncated", "\n".join(t.split("\n")[:6]) + "\n... [21 lines truncated]", L[3])
pl = textwrap.wrap(b64(40), 64)
add(
    "putty-key",
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: eddsa-key-20260112\nPublic-Lines: 2\n"
    + wrap("AAAAC3NzaC1lZDI1NTE5AAAAI" + alnum(43))
    + "\nPrivate-Lines: 1\n"
    + pl[0]
    + "\nPrivate-MAC: "
    + hexa(64),
    pl[0],
)
t, L = pem("PRIVATE KEY", 1218)
add(
    "gcp-service-account",
    json.dumps(
        {
            "type": "service_account",
            "project_id": "acme-prod",
            "private_key_id": hexa(40),
            "private_key": t + "\n",
            "client_email": "ci@acme-prod.iam.gserviceaccount.com",
        },
        indent=2,
    ),
    L[11],
)
t, L = pem("PRIVATE KEY", 1218)
s = enc(json.dumps({"type": "service_account", "private_key": t}))
add("gcp-service-account-b64", f"GCP_SA_KEY={s}", s)
s = url(43)
add("jwk", json.dumps({"kty": "EC", "crv": "P-256", "kid": "sig-2026-01", "x": url(43), "y": url(43), "d": s}), s)
s = url(342)
add(
    "jwk",
    json.dumps({"keys": [{"kty": "RSA", "use": "sig", "e": "AQAB", "n": url(342), "d": s, "p": url(171)}]}, indent=2),
    s,
)
s = jwt({"sub": "user_7", "role": "service_role", "iat": 1769000000})
add("jwt", f"SUPABASE_SERVICE_ROLE_KEY={s}", s)
s = jwt({"sub": "kim", "scope": "admin"})
add("jwt", f"new WebSocket('wss://rt.acme.dev/socket?access_token={s}&v=2')", s)
s = jwt({"sub": "system:serviceaccount:ci:deployer"}, 342)
add("kubeconfig", f"users:\n- name: ci-deployer\n  user:\n    token: {s}\n", s)
t, L = pem("RSA PRIVATE KEY", 1192)
s = enc(t + "\n")
add(
    "kubeconfig",
    f"- name: kubernetes-admin\n  user:\n    client-certificate-data: {b64(90)}\n    client-key-data: {s}\n",
    s,
)
s = enc(pw(18))
add(
    "k8s-secret",
    f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: pg-auth\ntype: Opaque\ndata:\n  username: {enc('orders')}\n  password: {s}\n",
    s,
)
s = pw(18, "_-.")
add("k8s-decoded", f"$ kubectl get secret pg-auth -o jsonpath='{{.data.password}}' | base64 -d; echo\n{s}", s)
s = enc("acmebot:" + alnum(22))
add("docker-config", json.dumps({"auths": {"registry.acme.dev": {"auth": s}}}, indent="\t"), s)
inner = json.dumps({"auths": {"ghcr.io": {"username": "bot", "password": "ghp_" + alnum(36)}}})
s = enc(inner)
add("docker-config-b64", f"data:\n  .dockerconfigjson: {s}\ntype: kubernetes.io/dockerconfigjson", s)
s = enc(f"DB_USER=app\nDB_PASSWORD={alnum(20)}\nSTRIPE_KEY=sk_live_{alnum(24)}\n")
add("base64-env-file", f"$ base64 -w0 .env\n{s}", s)
s = enc(
    f"export AWS_ACCESS_KEY_ID=AKIA{b32(16)}\nexport AWS_SECRET_ACCESS_KEY={pick(AN + '/+', 40)}\nexport AWS_DEFAULT_REGION=eu-west-1\n"
)
W = textwrap.wrap(s, 76)
add("base64-env-file", "$ base64 secrets.env\n" + "\n".join(W), W[1])
s = b64(64)
add(
    "azure-storage",
    f"DefaultEndpointsProtocol=https;AccountName=acmelogs;AccountKey={s};EndpointSuffix=core.windows.net",
    s,
)
s = quote(b64(32), safe="")
add(
    "azure-sas",
    f"azcopy cp ./dist 'https://acmelogs.blob.core.windows.net/web?sv=2024-11-04&ss=b&srt=co&sp=rwl&se=2026-12-31T00:00:00Z&sig={s}' --recursive",
    s,
)
s = b64(32)
add(
    "azure-servicebus",
    f"Endpoint=sb://acme-bus.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey={s}",
    s,
)
s = hexa(64)
add(
    "aws-presigned",
    f"https://acme-dumps.s3.eu-west-1.amazonaws.com/full.sql.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{b32(16)}%2F20260302%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature={s}",
    s,
)
s = b32(32)
add("otp-uri", f"otpauth://totp/Acme:ops%40acme.dev?secret={s}&issuer=Acme&algorithm=SHA1&digits=6", s)
s = " ".join(b32(4).lower() for _ in range(8))
add("otp-manual", f"Can't scan the QR? Enter this setup key in your authenticator app: {s}", s)
s = pw(14, "_-.")
add("qr-text", f"$ zbarimg guest.png\nQR-Code:WIFI:T:WPA;S:acme-guest;P:{s};;\nscanned 1 barcode symbols", s)
w = words(12)
add("seed-phrase", "Your seed phrase: " + " ".join(w) + "\nNever share it.", " ".join(w[4:]))
w = words(24)
add("seed-phrase", 'MNEMONIC="' + " ".join(w) + '" npx hardhat run scripts/deploy.ts --network base', " ".join(w[12:]))
w = words(12)
add(
    "seed-phrase-numbered",
    "Recovery phrase\n" + "\n".join(f"{i:>2}. {x}" for i, x in enumerate(w, 1)),
    f"{w[6]}\n 8. {w[7]}",
)
s = "0x" + hexa(64)
add("wallet-key", f"forge create src/Vault.sol:Vault --rpc-url https://sepolia.base.org --private-key {s}", s)
nums = [R.randrange(256) for _ in range(64)]
s = ",".join(map(str, nums))
add("wallet-keypair-array", f"$ cat ~/.config/solana/id.json\n[{s}]", ",".join(map(str, nums[20:50])))
s = alnum(24)
add(
    "terraform-state",
    json.dumps(
        {
            "resources": [
                {
                    "type": "random_password",
                    "name": "db",
                    "instances": [{"attributes": {"length": 24, "result": s, "special": False}}],
                }
            ]
        },
        indent=2,
    ),
    s,
)
s = alnum(22)
add("terraform-vars", f'# prod.auto.tfvars\nregion             = "eu-west-1"\ndb_master_password = "{s}"\n', s)
s = alnum(32)
add("ansible-vault-key", f"$ cat .vault_pass\n{s}\n$ ansible-playbook site.yml --vault-password-file .vault_pass", s)
s = pw(15, "_-.")
add("ansible-inventory", f"web1 ansible_host=10.0.3.4 ansible_user=ubuntu ansible_become_pass={s}", s)
s = alnum(20)
add("xml", f"<server>\n  <id>acme-releases</id>\n  <username>ci</username>\n  <password>{s}</password>\n</server>", s)
s = pw(18, "_-.")
add(
    "xml",
    f'<packageSourceCredentials><AcmeFeed><add key="Username" value="az" /><add key="ClearTextPassword" value="{s}" /></AcmeFeed></packageSourceCredentials>',
    s,
)
s = b64(32)
add("wireguard", f"[Interface]\nAddress = 10.8.0.4/32\nPrivateKey = {s}\n[Peer]\nAllowedIPs = 0.0.0.0/0", s)
s = alnum(26)
add(
    "escaped-json",
    json.dumps({"type": "tool_result", "content": json.dumps({"db": {"user": "app", "password": s}})}),
    s,
)
s = alnum(18)
add("env-dump-null", f"$ cat /proc/4121/environ | cat -v\nHOME=/srv^@PGUSER=app^@PGPASSWORD={s}^@PATH=/usr/bin^@", s)
s = alnum(30)
add(
    "ci-log",
    f"2026-02-11T07:40:09.112Z ##[debug]Evaluating: format('--token {{0}}', secrets.DEPLOY)\n2026-02-11T07:40:09.118Z ##[debug]=> '--token {s}'",
    s,
)
s = alnum(22)
add("shell-trace", f"+ set -e\n+ export 'ADMIN_PASSWORD={s}'\n++ date +%s", s)
s = alnum(18)
add(
    "docker-inspect",
    json.dumps([{"Config": {"Env": ["PATH=/usr/local/bin", "POSTGRES_PASSWORD=" + s, "LANG=C.UTF-8"]}}], indent=4),
    s,
)
s = pw(24, "_-.")
add(
    "compose-yaml",
    f"services:\n  minio:\n    image: minio/minio\n    environment:\n      - MINIO_ROOT_USER=minio\n      - MINIO_ROOT_PASSWORD={s}\n",
    s,
)
s = alnum(28)
add(
    "form-body",
    f"POST /oauth/token HTTP/1.1\ncontent-type: application/x-www-form-urlencoded\n\ngrant_type=password&username=kim%40acme.dev&password={s}&client_id=web",
    s,
)
s = alnum(40)
half = s[:20], s[20:]
add("split-string", f"const apiKey = '{half[0]}' +\n               '{half[1]}';", half[1])
s = rawb(32)
h = s.hex()
dump = "\n".join(f"{i:08x}: " + " ".join(h[2 * i + 4 * j : 2 * i + 4 * j + 4] for j in range(8)) for i in (0, 16))
add("hexdump", f"$ xxd -c 16 encryption.key\n{dump}", dump.split("\n")[1].split(": ")[1])
