# ruff: noqa
# mypy: ignore-errors
"""Fresh exam texts G for a secret redactor: FORMS holds (family, text, secret) and NEGATIVES holds (what, text).

How it was made, so that no choice could lean to what the rules catch: three lists were written down from what is
publicly known of sessions and settings of 2025/26, before any rule was read and before one was changed for it:

- where a credential stands (`PLACES`: settings, code, devices, tables, errors, diffs, addresses; `SAID` in `FRAMES`:
  sentences of twenty languages in chats, mails, commits, comments);
- what kind of credential it is (`KINDS`: services' formats, opaque values, people's passwords, phrases, groups);
- how it is announced (`NAMES`: its full name, a short one, one in another language, a bare `key`, a remark only, a
  parent's name only).

Then 150 combinations were drawn by a seeded generator, each place at most three times; a combination was drawn again
only where the place cannot hold the kind (a line that holds no blank, a chip's or a device's password that is none of
a service's tokens), never for its content. A known format may stand without a name; nothing else does. The second half
of the look-alikes is drawn in the same way, of the same places and names with values that are none; the first half is
written out. Every value is made at import; none was ever valid anywhere. Opened once, after the last rule."""

import base64
import hashlib
import json
import random
import string
import urllib.parse
import uuid

R = random.Random(0x62026)
ALNUM = string.ascii_letters + string.digits
LOWNUM = string.ascii_lowercase + string.digits
UPNUM = string.ascii_uppercase + string.digits

FORMS: list[tuple[str, str, str]] = []
NEGATIVES: list[tuple[str, str]] = []


def pick(chars, n):
    return "".join(R.choice(chars) for _ in range(n))


def an(n):
    return pick(ALNUM, n)


def ln(n):
    return pick(LOWNUM, n)


def un(n):
    return pick(UPNUM, n)


def us(n):
    return pick(ALNUM + "-_", n)


def hx(n):
    return pick("0123456789abcdef", n)


def dg(n):
    return pick("123456789", 1) + pick(string.digits, n - 1)


def raw(n):
    return bytes(R.randrange(256) for _ in range(n))


def b64(n):
    return base64.b64encode(raw(n)).decode()


def b64u(n):
    return base64.urlsafe_b64encode(raw(n)).decode().rstrip("=")


def uid():
    return str(uuid.UUID(bytes=raw(16), version=4))


def jwt():
    def enc(o):
        return base64.urlsafe_b64encode(json.dumps(o, separators=(",", ":")).encode()).decode().rstrip("=")

    return enc({"alg": "HS256", "typ": "JWT"}) + "." + enc({"sub": dg(6), "role": "admin"}) + "." + b64u(32)


ENGLISH = (
    "badger cobalt drummer easel fjord gazebo hornet igloo jasmine kayak lilac mango noodle oyster pebble quartz "
    "raccoon syrup tundra urchin violin walrus yodel zipper almond beacon cactus dolphin engine falafel"
).split()
FOREIGN = (
    "tabletka ogorek kirschbaum wolkenbruch tournesol grenouille mariposa cebolla girassol cachorro farfalla formica "
    "vlinder paddenstoel fjaril smultron kelebek karpuz kanelbulle hundkoja jahoda zmrzlina perhonen mustikka"
).split()


def manager(n=18, marks="!%*+-.=?^_~"):
    s = list(pick(ALNUM, n))
    for i in R.sample(range(1, n - 1), max(2, n // 6)):
        s[i] = R.choice(marks)
    return "".join(s)


def person():
    words = R.choice((ENGLISH, FOREIGN))
    a, b = R.choice(words), R.choice(words)
    return R.choice(
        (
            a.capitalize() + dg(4) + R.choice("!?#"),
            a.capitalize() + b.capitalize() + dg(2),
            a.translate(str.maketrans("aeio", "4310")) + "_" + b + R.choice("!."),
            b.capitalize() + "-" + dg(2) + "-" + a.capitalize(),
            a + "." + b + "." + dg(2),
        )
    )


def phrase():
    return R.choice((" ", "-", "-", "_")).join(R.sample(R.choice((ENGLISH, FOREIGN)), R.choice((4, 5))))


# kind: (sort, full name of a setting, maker). Sorts: f has a format that a scanner lists, o is opaque,
# p is a person's or a manager's password, w is words, c is groups as people read them aloud.
KINDS = (
    ("f", "GITHUB_TOKEN", lambda: "ghp_" + an(36)),
    ("f", "GITLAB_TOKEN", lambda: "glpat-" + us(20)),
    ("f", "SLACK_BOT_TOKEN", lambda: "xoxb-" + dg(12) + "-" + dg(13) + "-" + an(24)),
    ("f", "OPENAI_API_KEY", lambda: "sk-proj-" + us(74) + "T3BlbkFJ" + us(74)),
    ("f", "ANTHROPIC_API_KEY", lambda: "sk-ant-api03-" + us(93) + "AA"),
    ("f", "GEMINI_API_KEY", lambda: "AIza" + us(35)),
    ("f", "OPENROUTER_API_KEY", lambda: "sk-or-v1-" + hx(64)),
    ("f", "GROQ_API_KEY", lambda: "gsk_" + an(52)),
    ("f", "XAI_API_KEY", lambda: "xai-" + an(80)),
    ("f", "HF_TOKEN", lambda: "hf_" + pick(string.ascii_letters, 34)),
    ("f", "REPLICATE_API_TOKEN", lambda: "r8_" + an(37)),
    ("f", "STRIPE_SECRET_KEY", lambda: "sk_live_" + an(99)),
    ("f", "SENDGRID_API_KEY", lambda: "SG." + us(22) + "." + us(43)),
    ("f", "RESEND_API_KEY", lambda: "re_" + an(8) + "_" + an(24)),
    ("f", "AWS_SECRET_ACCESS_KEY", lambda: pick(ALNUM + "+/", 40)),
    ("f", "DIGITALOCEAN_TOKEN", lambda: "dop_v1_" + hx(64)),
    ("f", "LINEAR_API_KEY", lambda: "lin_api_" + an(40)),
    ("f", "DATABRICKS_TOKEN", lambda: "dapi" + hx(32)),
    ("f", "SHOPIFY_ACCESS_TOKEN", lambda: "shpat_" + hx(32)),
    ("f", "SUPABASE_ACCESS_TOKEN", lambda: "sbp_" + hx(40)),
    ("f", "SONAR_TOKEN", lambda: "squ_" + hx(40)),
    ("f", "FIGMA_TOKEN", lambda: "figd_" + us(40)),
    ("f", "PLANETSCALE_TOKEN", lambda: "pscale_tkn_" + us(43)),
    ("f", "DOPPLER_TOKEN", lambda: "dp.st.prd." + an(43)),
    ("f", "ID_TOKEN", jwt),
    ("o", "CLOUDFLARE_API_TOKEN", lambda: us(40)),
    ("o", "DATADOG_API_KEY", lambda: hx(32)),
    ("o", "MISTRAL_API_KEY", lambda: an(32)),
    ("o", "HEROKU_API_KEY", uid),
    ("o", "ALGOLIA_ADMIN_KEY", lambda: hx(32)),
    ("o", "SESSION_SECRET", lambda: hx(64)),
    ("o", "JWT_SECRET", lambda: b64(48)),
    ("o", "ENCRYPTION_KEY", lambda: b64(32)),
    ("o", "WEBHOOK_SECRET", lambda: an(28)),
    ("o", "CLIENT_SECRET", lambda: us(36)),
    ("o", "REFRESH_TOKEN", lambda: "1//0" + us(98)),
    ("o", "VERCEL_TOKEN", lambda: an(24)),
    ("o", "MAPBOX_SECRET", lambda: b64u(30)),
    ("p", "DB_PASSWORD", person),
    ("p", "POSTGRES_PASSWORD", lambda: manager(20)),
    ("p", "REDIS_PASSWORD", lambda: an(16)),
    ("p", "ADMIN_PASSWORD", person),
    ("p", "SMTP_PASSWORD", lambda: manager(14)),
    ("p", "LDAP_BIND_PASSWORD", lambda: manager(16, "!%*+-._")),
    ("p", "KEYSTORE_PASSWORD", person),
    ("p", "MQTT_PASSWORD", lambda: ln(12)),
    ("p", "VPN_PASSWORD", person),
    ("p", "SSH_PASSPHRASE", lambda: manager(22)),
    ("w", "BACKUP_PASSPHRASE", phrase),
    ("w", "RESTIC_PASSWORD", phrase),
    ("w", "VAULT_MASTER_PASSWORD", phrase),
    ("c", "LICENSE_KEY", lambda: "-".join(un(5) for _ in range(5))),
    ("c", "RECOVERY_CODE", lambda: "-".join(ln(4) for _ in range(4))),
    ("c", "ACTIVATION_KEY", lambda: "-".join(dg(5) for _ in range(6))),
    ("c", "TOTP_SECRET", lambda: pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)),
    ("c", "MAIL_APP_PASSWORD", lambda: " ".join(pick(string.ascii_lowercase, 4) for _ in range(4))),
)


def camel(name):
    first, *rest = name.lower().split("_")
    return first + "".join(one.title() for one in rest)


def kebab(name):
    return name.lower().replace("_", "-")


def last(name):
    """The word of a setting that says what sort it is."""
    return name.lower().split("_")[-1]


SHORT = {
    "password": ("pw", "pwd", "pass"),
    "passphrase": ("pass", "phrase"),
    "token": ("tok", "auth"),
    "secret": ("sec",),
}
ABROAD = {
    "password": ("passwort", "mot_de_passe", "mdp", "contrasena", "clave", "senha", "haslo", "losenord", "wachtwoord", "parola", "heslo", "salasana", "sifre", "kennwort"),
    "key": ("schluessel", "cle_api", "llave", "chave", "klucz", "sleutel", "nyckel", "chiave", "avain", "klic"),
    "token": ("jeton", "zugangstoken", "ficha_acceso", "zeton", "token_acceso", "jeton_acces"),
}  # fmt: skip
# how it is announced: (what, name maker, remark, parent)
NAMES = (
    ("full name", lambda n: n, "", ""),
    ("full name", lambda n: n, "", ""),
    ("full name, a prefix of the firm", lambda n: "KESTREL_" + n, "", ""),
    ("last word", lambda n: last(n).upper(), "", ""),
    ("short name", lambda n: R.choice(SHORT.get(last(n), ("key", "api"))).upper(), "", ""),
    ("short name with its service", lambda n: (n.split("_")[0] + "_" + R.choice(SHORT.get(last(n), ("key",)))).upper(), "", ""),
    ("another language", lambda n: R.choice(ABROAD.get(last(n), ABROAD["key"])).upper(), "", ""),
    ("bare key", lambda n: "KEY", "", ""),
    ("remark above", lambda n: R.choice(("VALUE", "CURRENT", "PROD", "X")), "above", ""),
    ("remark behind", lambda n: R.choice(("VALUE", "DEFAULT", "STAGING")), "behind", ""),
    ("parent's name", lambda n: "VALUE", "", "parent"),
)  # fmt: skip


def words_of(name):
    return name.lower().replace("_", " ")


def put(open_, close="", remark="#", tail=""):
    """A place for settings: how name and value are joined, and how a remark begins there."""
    return (open_, close, remark, tail)


# where it stands: (what, head, line, foot, remark sign, style of names, sorts that it can hold)
# In the line %n is the name, @@ the value; %p in the head is a parent's name.
PLACES = (
    ("dotenv", "NODE_ENV=production\nPORT=8080\n", "%n=@@", "\nLOG_LEVEL=info\n", "#", str, "fopwc"),
    ("dotenv quoted", "# staging\n", '%n="@@"', "\nDEBUG=0\n", "#", str, "fopwc"),
    ("shell export", "#!/usr/bin/env bash\nset -euo pipefail\n", "export %n='@@'", '\nexec "$@"\n', "#", str, "fopwc"),
    ("fish", "", "set -gx %n @@", "\nfish_add_path ~/.local/bin\n", "#", str, "fop"),
    ("powershell", "PS C:\\src\\relay> ", "$env:%n = '@@'", "\nPS C:\\src\\relay> dotnet run\n", "#", str, "fopwc"),
    ("cmd set", "C:\\relay>", "set %n=@@", "\nC:\\relay>node index.js\n", "rem", str, "fop"),
    ("nushell", "", "$env.%n = '@@'", "\n", "#", str, "fopwc"),
    ("yaml", "server:\n  port: 8080\n%p:\n", "  %n: @@", "\n  retries: 3\n", "#", str.lower, "fopw"),
    ("yaml quoted", "relay:\n  region: eu-north-1\n%p:\n", '  %n: "@@"', "\n", "#", camel, "fopwc"),
    ("helm values", "image:\n  tag: 4.2.1\n%p:\n", "  %n: '@@'", "\nreplicas: 2\n", "#", camel, "fopwc"),
    ("toml", '[server]\nbind = "0.0.0.0"\n\n[%p]\n', '%n = "@@"', "\n", "#", str.lower, "fopwc"),
    ("json", '{\n  "region": "eu-north-1",\n', '  "%n": "@@"', "\n}\n", "", camel, "fopwc"),
    ("json in one line", '{"host":"10.3.0.9",', '"%n":"@@"', ',"timeout":30}', "", str.lower, "fopwc"),
    ("json5", "{\n  host: 'edge',\n", "  %n: '@@',", "\n}\n", "//", camel, "fopwc"),
    ("ini", "[mail]\nhost = smtp.kestrelworks.io\n", "%n = @@", "\nssl = true\n", ";", str.lower, "fopw"),
    ("properties", "server.port=8443\n", "relay.%n=@@", "\nlogging.level.root=INFO\n", "#", kebab, "fop"),
    ("hcl", 'provider "relay" {\n  region = "eu-north-1"\n', '  %n = "@@"', "\n}\n", "#", str.lower, "fopwc"),
    ("tfvars", 'environment = "prod"\n', '%n = "@@"', "\n", "#", str.lower, "fopwc"),
    ("nix", "{ config, ... }: {\n  services.relay.enable = true;\n", '  services.relay.%n = "@@";', "\n}\n", "#", camel, "fopwc"),
    ("pkl", "server {\n  port = 8080\n}\n", '%n = "@@"', "\n", "//", camel, "fopwc"),
    ("dockerfile", "FROM node:24-alpine\n", "ENV %n=@@", "\nCOPY . /app\n", "#", str, "fop"),
    ("docker run", "docker run -d --name relay -e PORT=80 ", "-e %n=@@", " relay:4.2\n", "", str, "fop"),
    ("compose map", "services:\n  relay:\n    image: relay:4.2\n    environment:\n", "      %n: @@", "\n", "#", str, "fopw"),
    ("github workflow", "jobs:\n  build:\n    runs-on: ubuntu-24.04\n    env:\n", "      %n: @@", "\n    steps: []\n", "#", str, "fop"),
    ("gitlab ci variables", "variables:\n  GIT_DEPTH: 1\n", '  %n: "@@"', "\n", "#", str, "fopwc"),
    ("systemd", "[Service]\nExecStart=/usr/bin/relay\n", 'Environment="%n=@@"', "\nRestart=always\n", "#", str, "fop"),
    ("crontab", "SHELL=/bin/bash\n", "%n=@@", "\n0 3 * * * /srv/backup.sh\n", "#", str, "fop"),
    ("ansible vars", "---\nansible_user: ops\n", "%n: '@@'", "\nntp: true\n", "#", str.lower, "fopwc"),
    ("python constant", "import httpx\n\n", '%n = "@@"', "\n\nclient = httpx.Client()\n", "#", str, "fopwc"),
    ("python keyword", "conn = connect(host='db1', ", "%n='@@'", ", timeout=5)\n", "", str.lower, "fopwc"),
    ("python dict", "CONFIG = {\n    'host': 'db1',\n", "    '%n': '@@',", "\n}\n", "#", str.lower, "fopwc"),
    ("python default", "def connect(host, ", "%n='@@'", "):\n    return Session(host)\n", "", str.lower, "fopwc"),
    ("notebook cell", '{"cell_type":"code","source":["import os\\n","', "os.environ['%n'] = '@@'", '\\n"]}', "", str, "fop"),
    ("typescript const", "import { Relay } from './relay'\n", "const %n = '@@'", "\nexport const relay = new Relay()\n", "//", camel, "fopwc"),
    ("typescript property", "export default {\n  region: 'eu',\n", "  %n: `@@`,", "\n}\n", "//", camel, "fopwc"),
    ("vite define", "export default defineConfig({ define: { ", "__%n__: JSON.stringify('@@')", " } })\n", "", str, "fop"),
    ("go const", "package main\n\nconst (\n\tregion = \"eu\"\n", '\t%n = "@@"', "\n)\n", "//", camel, "fopwc"),
    ("go struct", "cfg := relay.Config{\n\tHost: \"db1\",\n", '\t%n: "@@",', "\n}\n", "//", lambda n: n.title().replace("_", ""), "fopwc"),
    ("rust const", "use relay::Client;\n\n", 'const %n: &str = "@@";', "\n", "//", str, "fopwc"),
    ("rust builder", "let c = Client::builder()\n    .host(\"db1\")\n", '    .%n("@@")', "\n    .build()?;\n", "//", str.lower, "fopwc"),
    ("java field", "public class Db {\n", '    private static final String %n = "@@";', "\n}\n", "//", str, "fopwc"),
    ("java setter", "HikariConfig c = new HikariConfig();\n", 'c.set%n("@@");', "\n", "//", lambda n: n.title().replace("_", ""), "fopwc"),
    ("kotlin", "object Env {\n", '    const val %n = "@@"', "\n}\n", "//", str, "fopwc"),
    ("swift", "enum Env {\n", '    static let %n = "@@"', "\n}\n", "//", camel, "fopwc"),
    ("csharp", "var o = new RelayOptions {\n    Host = \"db1\",\n", '    %n = "@@",', "\n};\n", "//", lambda n: n.title().replace("_", ""), "fopwc"),
    ("php", "<?php\nreturn [\n    'host' => 'db1',\n", "    '%n' => '@@',", "\n];\n", "//", str.lower, "fopwc"),
    ("php define", "<?php\n", "define('%n', '@@');", "\n", "//", str, "fopwc"),
    ("ruby", "Relay.configure do |c|\n  c.host = 'db1'\n", "  c.%n = '@@'", "\nend\n", "#", str.lower, "fopwc"),
    ("elixir", "import Config\n\nconfig :relay, Relay.Repo,\n", '  %n: "@@"', "\n", "#", str.lower, "fopwc"),
    ("dart", "class Env {\n", "  static const %n = '@@';", "\n}\n", "//", camel, "fopwc"),
    ("lua", "local M = {}\n", 'M.%n = "@@"', "\nreturn M\n", "--", str.lower, "fopwc"),
    ("r script", "library(DBI)\n", 'Sys.setenv(%n = "@@")', "\n", "#", str, "fopwc"),
    ("sql insert", "INSERT INTO settings (name, value) VALUES\n  ('region', 'eu'),\n", "  ('%n', '@@');", "\n", "--", str.lower, "fopwc"),
    ("arduino", '#include <WiFi.h>\n#define HOST "10.0.0.4"\n', '#define %n "@@"', "\n", "//", str, "pwo"),
    ("esphome", "esphome:\n  name: sauna\n%p:\n", '  %n: "@@"', "\n", "#", str.lower, "pwo"),
    ("command option", "$ relayctl login --host edge ", "--%n @@", "\nLogged in.\n", "", kebab, "fop"),
    ("command option, equals", "$ relayctl deploy ", "--%n=@@", " --region eu\nDeployed.\n", "", kebab, "fop"),
    ("command option, quoted", "$ relayctl backup ", "--%n '@@'", " --to /mnt\n", "", kebab, "fopwc"),
    ("prompted", "$ relayctl setup\nRegion [eu]: eu\n", "%n: @@", "\nSaved to ~/.relay/config\n", "", words_of, "fopwc"),
    ("curl header", "curl -sS https://api.kestrelworks.io/v2/jobs -H 'Accept: application/json' ", "-H 'X-%n: @@'", "\n", "", lambda n: n.title().replace("_", "-"), "fo"),
    ("verbose headers", "> GET /v2/jobs HTTP/2\n> host: api.kestrelworks.io\n", "> x-%n: @@", "\n> accept: */*\n", "", kebab, "fo"),
    ("query of an address", "GET https://api.kestrelworks.io/v2/jobs?page=2", "&%n=@@", "&sort=asc 403 (Forbidden)\n", "", str.lower, "fo"),
    ("form body", "curl -d 'grant=device", "&%n=@@", "' https://id.kestrelworks.io/oauth\n", "", str.lower, "fo"),
    ("http client file", "POST https://api.kestrelworks.io/login\nContent-Type: application/json\n\n{", '"%n": "@@"', "}\n", "", camel, "fopwc"),
    ("postman environment", '{"name":"stage","values":[', '{"key":"%n","value":"@@","enabled":true}', "]}", "", str.lower, "fopwc"),
    ("xml element", "<config>\n  <host>db1</host>\n", "  <%n>@@</%n>", "\n</config>\n", "", camel, "fopwc"),
    ("xml attribute", "<add name='relay' ", "%n='@@'", " timeout='5' />\n", "", camel, "fopwc"),
    ("appSettings", "<appSettings>\n", '  <add key="%n" value="@@" />', "\n</appSettings>\n", "", camel, "fopwc"),
    ("plist", "<dict>\n  <key>Host</key>\n  <string>db1</string>\n", "  <key>%n</key>\n  <string>@@</string>", "\n</dict>\n", "", camel, "fopwc"),
    ("android strings", "<resources>\n", '  <string name="%n">@@</string>', "\n</resources>\n", "", str.lower, "fopwc"),
    ("markdown table", "| setting | value |\n|---|---|\n| region | eu |\n", "| %n | @@ |", "\n", "", str.lower, "fopwc"),
    ("markdown table, code", "| Setting | Value |\n|---|---|\n", "| `%n` | `@@` |", "\n", "", str, "fopwc"),
    ("box table", "┌──────────┬───────┐\n│ region   │ eu    │\n", "│ %n │ @@ │", "\n└──────────┴───────┘\n", "", words_of, "fopwc"),
    ("psql expanded", "-[ RECORD 1 ]---\nid    | 7\n", "%n | @@", "\nregion | eu\n", "", str.lower, "fopwc"),
    ("psql column", " id | user_name | ", "%n \n----+-----------+----------\n  7 | ops       | @@", "\n(1 row)\n", "", str.lower, "fopwc"),
    ("csv", "id,user,", "%n,region\n7,ops,@@,eu", "\n8,guest,,eu\n", "", str.lower, "fopwc"),
    ("tsv", "id\tuser\t", "%n\n7\tops\t@@", "\n", "", str.lower, "fopwc"),
    ("aligned output", "Name:          relay-eu\nStatus:        ready\n", "%n:   @@", "\nCreated:       2026-05-02\n", "", lambda n: n.title().replace("_", " "), "fopwc"),
    ("labelled line below", "Your new credentials. They are shown only once.\n\n", "%n\n@@", "\n\nDone.\n", "", lambda n: n.title().replace("_", " "), "fopwc"),
    ("logfmt", "ts=2026-05-02T10:11:12Z level=debug msg=connect ", "%n=@@", " host=db1\n", "", str.lower, "fop"),
    ("json log", '{"level":30,"time":1777716672,"msg":"connect","opts":{', '"%n":"@@"', "}}", "", camel, "fopwc"),
    ("python repr", "DEBUG relay: Settings(host='db1', ", "%n='@@'", ", retries=3)\n", "", str.lower, "fopwc"),
    ("rust debug", 'DEBUG relay: Config { host: "db1", ', '%n: Some("@@")', ", retries: 3 }\n", "", str.lower, "fopwc"),
    ("java toString", "DEBUG c.k.Relay - RelayProps[host=db1, ", "%n=@@", ", retries=3]\n", "", camel, "fop"),
    ("validation error", "pydantic_core.ValidationError: 1 validation error for Settings\n", "%n\n  String should have at most 8 characters [type=string_too_long, input_value='@@', input_type=str]", "\n", "", str.lower, "fopwc"),
    ("assertion", "    assert settings == {'host': 'db1', ", "'%n': '@@'}", "\nE   AssertionError\n", "", str.lower, "fopwc"),
    ("traceback locals", "relay.py:41 in connect\n  host = 'db1'\n", "  %n = '@@'", "\n  retries = 3\n", "", str.lower, "fopwc"),
    ("shell trace", "+ cd /srv/relay\n", "+ %n=@@", "\n+ make deploy\n", "", str, "fop"),
    ("env dump", "HOME=/home/ops\nLANG=C.UTF-8\n", "%n=@@", "\nPWD=/srv\n", "", str, "fopwc"),
    ("diff line", "diff --git a/app.yml b/app.yml\n@@ -3,2 +3,2 @@\n   host: db1\n", "+  %n: @@", "\n", "", str.lower, "fopw"),
    ("removed line of a diff", "--- a/settings.py\n+++ b/settings.py\n", '-%n = "@@"', '\n+%n = os.environ["%n"]\n', "", str, "fopwc"),
    ("word diff", "[db]\nhost = db1\n", "%n = [-changeme-]{+@@+}", "\n", "", str.lower, "fop"),
    ("git config", "[remote \"origin\"]\n\turl = https://git.kestrelworks.io/relay\n[relay]\n", "\t%n = @@", "\n", "#", camel, "fop"),
    ("cisco ios", "hostname edge-sw1\n!\nusername ops privilege 15 ", "%n 0 @@", "\n!\nline vty 0 4\n", "", lambda n: last(n), "p"),
    ("junos", "set system host-name edge1\nset system root-authentication ", 'plain-text-%n "@@"', "\n", "", lambda n: last(n), "p"),
    ("mikrotik", "/interface wifi security add name=guest ", '%n="@@"', " authentication-types=wpa2-psk\n", "", kebab, "pw"),
    ("fortigate", "config vpn ipsec phase1-interface\n edit branch\n", "  set %n @@", "\n next\nend\n", "", lambda n: "psk" + last(n), "po"),
    ("hostapd", "interface=wlan0\nssid=Harborline\nwpa=2\n", "wpa_%n=@@", "\n", "", lambda n: R.choice(("passphrase", "psk")), "pw"),
    ("netplan", "network:\n  wifis:\n    wlan0:\n      access-points:\n        Harborline:\n", '          %n: "@@"', "\n", "", lambda n: last(n), "pw"),
    ("nmcli", "$ nmcli -s connection show Harborline\nconnection.id: Harborline\n", "802-11-wireless-security.psk: @@", "\n", "", str, "pw"),
    ("snmp", "rocommunity public\n", "createUser ops SHA @@ AES", "\n", "", str, "p"),
    ("modem at", "AT+CGDCONT=1,\"IP\",\"iot\"\n", 'AT+MQTTUSERCFG=0,1,"relay","ops","@@",0,0,""', "\nOK\n", "", str, "p"),
    ("wireguard", "[Peer]\nAllowedIPs = 10.0.0.0/24\n", "PresharedKey = @@", "\n", "", str, "!wg"),
    ("address of a database", "could not connect: ", "postgresql://relay:@@@db1.kestrelworks.io:5432/relay?sslmode=require", "\n", "", str, "!url"),
    ("address with a token as user", "fatal: unable to access '", "https://@@@git.kestrelworks.io/relay.git/", "': 403\n", "", str, "f"),
    ("message queue address", "celery -A relay worker -b ", "amqps://relay:@@@mq.kestrelworks.io/prod", "\n", "", str, "!url"),
    ("dsn of odbc", "Driver={ODBC Driver 18 for SQL Server};Server=db1;", "UID=relay;PWD=@@", ";Encrypt=yes\n", "", str, "p"),
    ("dsn of go", 'db, err := sql.Open("mysql", "', "relay:@@@tcp(db1:3306)/relay", '?parseTime=true")\n', "", str, "!url"),
    ("key file in json lines", '{"host":"db1"}\n', '{"name":"%n","v":"@@"}', "\n", "", str.lower, "fopwc"),
    ("mcp server env", '{"mcpServers":{"relay":{"command":"npx","args":["-y","relay-mcp"],"env":{', '"%n":"@@"', "}}}}", "", str, "fopwc"),
    ("mcp server args", '{"mcpServers":{"relay":{"command":"relay-mcp","args":[', '"--%n","@@"', "]}}}", "", kebab, "fopwc"),
    ("agent's tool call", '{"name":"http_request","arguments":{"url":"https://api.kestrelworks.io","headers":{', '"X-%n":"@@"', "}}}", "", lambda n: n.title().replace("_", "-"), "fo"),
    ("expect script", "spawn ssh ops@edge1\nexpect \"assword:\"\n", 'send "@@\\r"', "\nexpect \"$ \"\n", "", str, "p"),
    ("here-string", "", "sudo -S systemctl restart relay <<< '@@'", "\n", "", str, "p"),
    ("sshpass", "", "sshpass -p '@@' ssh ops@edge1 uptime", "\n", "", str, "p"),
    ("curl user", "", "curl -u ops:@@ https://nexus.kestrelworks.io/status", "\n", "", str, "!url"),
    ("browser storage", "> Object.entries(localStorage)\n", "['%n', '@@']", "\n", "", camel, "fo"),
    ("cookie", "> cookie: theme=dark; ", "session_%n=@@", "; lang=en\n", "", lambda n: last(n), "fo"),
    ("set-cookie", "< HTTP/2 200\n", "< set-cookie: __Host-auth=@@; Path=/; Secure; HttpOnly", "\n", "", str, "fo"),
    ("redis-cli", "127.0.0.1:6379> ", "AUTH @@", "\nOK\n", "", str, "p"),
    ("redis config", "port 6379\n", "requirepass @@", "\nmaxmemory 2gb\n", "", str, "p"),
    ("sql alter", "relay=# ", "ALTER ROLE relay WITH LOGIN PASSWORD '@@';", "\nALTER ROLE\n", "", str, "p"),
    ("mysql grant", "mysql> ", "CREATE USER 'relay'@'%' IDENTIFIED BY '@@';", "\nQuery OK\n", "", str, "p"),
    ("mongo shell", "use admin\n", "db.createUser({ user: 'relay', pwd: '@@', roles: ['root'] })", "\n", "", str, "p"),
    ("kubectl literal", "kubectl create secret generic relay ", "--from-literal=%n=@@", "\nsecret/relay created\n", "", kebab, "fop"),
    ("helm set", "helm upgrade relay ./chart ", "--set auth.%n=@@", "\n", "", camel, "fop"),
    ("gh secret", "", "gh secret set %n --body '@@'", "\n✓ Set Actions secret\n", "", str, "fopwc"),
    ("wrangler", "$ wrangler secret put %n\n", "✔ Enter a secret value: @@", "\n🌀 Creating the secret\n", "", str, "fopwc"),
    ("vault kv", "", "vault kv put secret/relay %n=@@", "\n", "", str.lower, "fop"),
)  # fmt: skip

# sentences: (language, sorts, sentence)
SAID = (
    ("en", "pw", "the admin login still works with @@, please rotate it after the demo"),
    ("en", "fo", "use @@ as the API key for now, I will move it to the vault tomorrow"),
    ("en", "pwc", "ops told me the new passcode is @@"),
    ("en", "fo", "here you go, my personal token: @@"),
    ("de", "pw", "Das Kennwort für den Staging-Server lautet @@, bitte nicht weitergeben."),
    ("de", "fo", "Nimm so lange meinen API-Schlüssel: @@"),
    ("de", "c", "Der Freischaltcode ist @@ und gilt bis Freitag."),
    ("fr", "pw", "Le mot de passe de la base est « @@ », ne le mets pas dans le dépôt."),
    ("fr", "fo", "Voici la clé d'accès à utiliser : @@"),
    ("fr", "pw", "J'ai changé le mdp en @@ ce matin"),
    ("es", "pw", "La contraseña del servidor es @@ y caduca el viernes."),
    ("es", "fo", "Usa esta clave de la API mientras tanto: @@"),
    ("pt", "pw", "A senha do banco agora é @@, depois a gente troca."),
    ("pt", "fo", "Segue o token de acesso: @@"),
    ("it", "pw", "La password di root è @@, cambiala appena puoi."),
    ("it", "fo", "La chiave segreta per l'ambiente di prova è @@"),
    ("nl", "pw", "Het wachtwoord van de router is @@, niet doorsturen."),
    ("nl", "fo", "Gebruik voorlopig mijn toegangssleutel @@ voor de tests."),
    ("pl", "pw", "Hasło do bazy testowej to @@, proszę nie zmieniać."),
    ("pl", "fo", "Mój klucz API: @@"),
    ("sv", "pw", "Lösenordet till databasen är @@ tills vidare."),
    ("sv", "fo", "Här är nyckeln till API:et: @@"),
    ("da", "pw", "Adgangskoden til serveren er @@, slet beskeden bagefter."),
    ("fi", "pw", "Palvelimen salasana on @@, vaihda se huomenna."),
    ("cs", "pw", "Heslo k databázi je @@, prosím neposílej dál."),
    ("tr", "pw", "Sunucunun şifresi @@, yarın değiştireceğim."),
    ("ro", "pw", "Parola de la server este @@ până luni."),
    ("hu", "pw", "Az adatbázis jelszava @@, kérlek ne oszd meg."),
    ("ru", "pw", "Пароль от тестовой базы: @@, потом поменяем."),
    ("ru", "fo", "Вот ключ для доступа к API — @@"),
    ("uk", "pw", "Пароль адміністратора зараз @@, змініть його."),
    ("ja", "pw", "サーバーのパスワードは「@@」です。"),
    ("ja", "fo", "APIキーはこちらです：@@"),
    ("zh", "pw", "数据库密码是 @@，用完记得改。"),
    ("zh", "fo", "先用我的密钥：@@"),
    ("ko", "pw", "서버 비밀번호는 @@ 입니다."),
    ("ko", "fo", "API 키는 @@ 이걸로 쓰세요"),
    ("ar", "pw", "كلمة المرور هي @@ مؤقتا"),
    ("hi", "pw", "सर्वर का पासवर्ड @@ है"),
    ("vi", "pw", "Mật khẩu máy chủ là @@ nhé"),
    ("id", "pw", "Kata sandi server sekarang @@, jangan disebar ya"),
)
FRAMES = (
    ("chat", "[10:41] mara: morning\n[10:42] jonas: %s\n[10:43] mara: thx\n"),
    ("slack quote", "> %s\nWorks for me.\n"),
    ("mail", "From: jonas@kestrelworks.io\nTo: mara@kestrelworks.io\nSubject: access\n\nHi Mara,\n\n%s\n\nJonas\n"),
    ("commit message", "commit 3f9c1e2\nAuthor: Jonas\n\n    Point the tests at staging\n\n    %s\n"),
    ("one line of a log of commits", "3f9c1e2 %s\n9ab02cd Bump version\n"),
    ("comment in code", "# %s\ndef connect(host):\n    return Session(host)\n"),
    ("block comment", "/*\n * %s\n */\nfunction connect() {}\n"),
    ("issue", "### Steps to reproduce\n1. Open the page\n2. %s\n\n### Expected\nIt opens.\n"),
    ("prompt", "The deploy fails with 401. %s Please fix the workflow and try again."),
    ("minutes", "Weekly, 2 May 2026\n- release moves to Thursday\n- %s\n- holiday list\n"),
    ("readme", "## Access\n\n%s\n\n## Building\n\nRun `make`.\n"),
    ("todo", "- [x] dashboards\n- [ ] %s\n- [ ] alerts\n"),
    ("json of a chat", '{"role":"user","content":"%s"}'),
    ("voice notes", "okay so uh first the server, %s and then, um, we restart it\n"),
    ("review", "src/db.py:41 (mara): this fails for me. %s\n"),
    ("runbook", "Step 3. Log in to the console.\n  Note: %s\nStep 4. Restart relay.\n"),
)


def draw(sorts):
    return R.choice([one for one in KINDS if one[0] in sorts])


def value_for(sorts):
    """A kind and a value that the place can hold."""
    if sorts == "!wg":
        return "WIREGUARD_KEY", b64(32)
    if sorts == "!url":
        name, made = draw("po")[1:]
        return name, urllib.parse.quote(made(), safe="")
    _, name, made = draw(sorts)
    return name, made()


def spell(place, announced, name, value):
    """The text of a place with a value under a name."""
    _, head, line, foot, sign, style, _ = place
    how, named, remark, parent = announced
    if "%n" not in line and "%n" not in head:
        how, shown = "the place itself", ""
    elif (remark and not sign) or (parent and "%p" not in head):
        how, shown = "full name", style(name)
    else:
        shown = style(named(name))
        line = f"{line.replace('%n', shown)}  {sign} {words_of(name)}" if remark == "behind" else line
        head = f"{head}{sign} {words_of(name)}\n" if remark == "above" and "\n" in head else head
    above = f"{last(name)}s" if how == "parent's name" else "relay"
    filled = line.replace("%n", shown).replace("@@", value, 1)
    return how, head.replace("%p", above).replace("%n", shown) + filled + foot.replace("%n", shown)


def fits(text, value):
    """Whether the value stands there once, whole."""
    return text.count(value) >= 1


counted = {}
while len(FORMS) < 150:
    if R.random() < 0.3:
        language, sorts, sentence = R.choice(SAID)
        frame, around = R.choice(FRAMES)
        name, value = value_for(sorts)
        key, how, text = f"said: {language}", f"in {frame}", around % sentence.replace("@@", value)
    else:
        place, announced = R.choice(PLACES), R.choice(NAMES)
        name, value = value_for(place[6])
        how, text = spell(place, announced, name, value)
        key = place[0]
    if counted.get(key, 0) < 3 and fits(text, value):
        counted[key] = counted.get(key, 0) + 1
        FORMS.append((f"{key} | {how} | {name}", text, value))


# ================================================================ look-alikes
def neg(what, text):
    NEGATIVES.append((what, text))


neg("cherry-pick", "$ git cherry-pick " + hx(40) + "\n[main " + hx(7) + "] Keep the password field focused")
neg(
    "reflog",
    hx(7)
    + " HEAD@{0}: rebase (finish): returning to refs/heads/token-cache\n"
    + hx(7)
    + " HEAD@{1}: commit: secret scanning",
)
neg("bun lock", '"jsonwebtoken": ["jsonwebtoken@9.0.2", "", { "dependencies": {} }, "sha512-' + b64(64) + '"],')
neg("pnpm lock", "  passport-jwt@4.0.1:\n    resolution: {integrity: sha512-" + b64(64) + "}")
neg(
    "uv lock",
    'sdist = { url = "https://files.kestrelworks.io/a/keyring-25.6.0.tar.gz", hash = "sha256:'
    + hx(64)
    + '", size = 62750 }',
)
neg("pipfile", '"pyjwt": {"hashes": ["sha256:' + hx(64) + '"], "version": "==2.10.1"}')
neg("gradle verification", '<sha256 value="' + hx(64) + '" origin="Generated by Gradle"/>')
neg("deno lock", '"jsr:@std/crypto@1.0.5": {"integrity": "' + hx(64) + '"}')
neg("flake lock", '"narHash": "sha256-' + b64(32) + '",\n"rev": "' + hx(40) + '"')
neg("swift package", '"identity" : "keychain-access",\n"state" : {"revision" : "' + hx(40) + '", "version" : "4.2.2"}')
neg("image by digest", "image: ghcr.io/harborline/vault-agent@sha256:" + hx(64))
neg(
    "content hash of a page",
    '<script src="/_next/static/chunks/auth-' + hx(16) + '.js" integrity="sha384-' + b64(48) + '" async></script>',
)
neg("known hosts", "edge1,10.3.0.9 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ" + b64(340))
neg("gpg key ids", "pub   ed25519 2025-01-08 [SC]\n      " + hx(40).upper() + "\nuid   [ultimate] Release Signing")
neg(
    "otel span",
    '{"traceId":"'
    + hx(32)
    + '","spanId":"'
    + hx(16)
    + '","name":"POST /login","attributes":{"auth.method":"password"}}',
)
neg("session ids", "Resuming session " + uid() + " (rollout-2026-05-02T10-11-12-" + uid() + ".jsonl)")
neg("tool ids", '{"type":"function_call","call_id":"call_' + an(24) + '","name":"shell","arguments":"{}"}')
neg("azure object", '{"appId":"' + uid() + '","displayName":"relay-login","objectId":"' + uid() + '"}')
neg(
    "maven log",
    "[INFO] Downloading org/springframework/security/spring-security-oauth2-client-6.5.1.jar (312 kB at 1.2 MB/s)",
)
neg(
    "eslint",
    "src/auth/PasswordInput.tsx\n  12:7  error  'secretValue' is assigned a value but never used  no-unused-vars",
)
neg("tsc", "src/token.ts(14,9): error TS2322: Type 'string | undefined' is not assignable to type 'AccessToken'.")
neg("cargo", "error[E0433]: failed to resolve: use of undeclared type `SecretString`\n  --> src/config.rs:12:17")
neg(
    "pytest ids",
    "tests/test_login.py::test_wrong_password_is_refused[empty-password] PASSED\ntests/test_keys.py::test_api_key_rotation FAILED",
)
neg("enum", "enum CredentialKind { Password, ApiKey, OAuthToken, ClientCertificate, RecoveryCode }")
neg(
    "graphql",
    "type Mutation {\n  login(email: String!, password: String!): AuthPayload!\n  rotateApiKey(id: ID!): ApiKey!\n}",
)
neg("openapi", "securitySchemes:\n  bearerAuth:\n    type: http\n    scheme: bearer\n    bearerFormat: JWT")
neg("proto", "message LoginRequest {\n  string user = 1;\n  string password = 2;\n  optional string otp_code = 3;\n}")
neg(
    "zod",
    "const Login = z.object({ email: z.string().email(), password: z.string().min(12).max(128), remember: z.boolean() })",
)
neg(
    "sqlalchemy",
    "password_hash: Mapped[str] = mapped_column(String(255), nullable=False)\napi_keys: Mapped[list[ApiKey]] = relationship()",
)
neg(
    "translations",
    '{"auth.password":"Hasło","auth.forgot":"Nie pamiętasz hasła?","auth.token_expired":"Sesja wygasła"}',
)
neg("danish prose", "Adgangskoden skal være mindst tolv tegn og må ikke genbruges.")
neg("italian prose", "La password deve contenere almeno dodici caratteri e viene salvata solo come hash.")
neg("russian prose", "Пароль должен содержать не менее двенадцати символов, ключ хранится отдельно.")
neg("korean prose", "비밀번호는 12자 이상이어야 하며 암호화되어 저장됩니다.")
neg("chinese prose", "密码长度至少为十二位，密钥由管理员保管，令牌一小时后过期。")
neg("dutch form", "Wachtwoord: verplicht, minimaal twaalf tekens\nGebruikersnaam: optioneel")
neg("model tokens", "context left: 38% · 412,118 tokens used · cache hit 91% · $1.84 · key bindings: ctrl+k")
neg("keyboard", "Key: ArrowDown  code=ArrowDown  keyCode=40  shiftKey=false\nKey: Enter  code=Enter  keyCode=13")
neg(
    "primary keys",
    "ALTER TABLE invoices ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);\nDETAIL: Key (email)=(none) already exists.",
)
neg("cache keys", "restored cache with key: node-linux-x64-" + hx(64) + "\ncache hit for turbo task build: " + hx(16))

# (what, value maker): none of them is a credential, wherever it stands.
NONE_VALUES = (
    ("a placeholder in brackets", lambda: "<your-" + R.choice(("key", "password", "token")) + "-here>"),
    ("a placeholder of words", lambda: R.choice(("changeme", "your-password-here", "replace-me", "CHANGE_ME", "xxxxxxxx"))),
    ("a variable", lambda: R.choice(("${RELAY_VALUE}", "$RELAY_VALUE", "${env:RELAY_VALUE}"))),
    ("a secret of the workflow", lambda: "${{ secrets.RELAY_VALUE }}"),
    ("a mask", lambda: R.choice(("********", "•••••••••", "***", "[hidden]", "(sensitive)", "REDACTED"))),
    ("a reference to a vault", lambda: R.choice(("op://infra/relay/value", "vault:secret/data/relay#value", "awssm://prod/relay"))),
    ("a file that holds it", lambda: R.choice(("/run/secrets/relay_value", "./secrets/relay.txt", "~/.relay/credentials"))),
    ("nothing", lambda: R.choice(("null", "none", "undefined", "false"))),
    ("a template", lambda: R.choice(("{{ relay_value }}", "{{ .Values.relay.value }}", "%(value)s"))),
)  # fmt: skip
_PLAIN = [one for one in PLACES if "%n" in one[2] and one[6].startswith("fop") and "w" in one[6]]
while len(NEGATIVES) < 80:
    place, announced = R.choice(_PLAIN), R.choice(NAMES[:6])
    what, made = R.choice(NONE_VALUES)
    how, text = spell(place, announced, draw("op")[1], made())
    neg(f"{what} | {place[0]} | {how}", text)
