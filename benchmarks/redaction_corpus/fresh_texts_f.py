# ruff: noqa
# mypy: ignore-errors
"""Fresh exam texts F for a secret redactor: FORMS holds (family, text, secret) and NEGATIVES holds (what, text).
Every credential is made at import by a seeded random generator, so none of them was ever valid anywhere."""

import base64
import hashlib
import json
import random
import string
import textwrap
import urllib.parse
import uuid
import zlib

R = random.Random(0xF2026)
ALNUM = string.ascii_letters + string.digits
LOWNUM = string.ascii_lowercase + string.digits
UPNUM = string.ascii_uppercase + string.digits
B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
B32 = string.ascii_uppercase + "234567"
CROCK = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BECH = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

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


def gh(prefix):
    """A GitHub token with its true checksum tail."""
    body = an(30)
    c, out = zlib.crc32(body.encode()), ""
    al = string.digits + string.ascii_uppercase + string.ascii_lowercase
    while c:
        c, r = divmod(c, 62)
        out = al[r] + out
    return prefix + body + out.rjust(6, "0")


def jwt(claims):
    def enc(o):
        return base64.urlsafe_b64encode(json.dumps(o, separators=(",", ":")).encode()).decode().rstrip("=")

    return enc({"alg": "HS256", "typ": "JWT"}) + "." + enc(claims) + "." + b64u(32)


WORDS = (
    "otter varnish lantern gravel thimble saffron quarry pelican marble juniper copper walnut harbor velvet "
    "cinder meadow turnip falcon pickle ginger anvil barley comet drizzle ember fennel glacier hazel icicle "
    "jigsaw kettle lobelia magnet nutmeg orchid paprika quiver rhubarb sparrow teapot umbrella vinegar wagon "
    "yonder zephyr acorn bramble clover dagger elbow ferret gondola hammock ivory jackal kelp ladle mitten"
).split()


def hp(style=0):
    """A password as a person would make it."""
    a, b, c = (R.choice(WORDS) for _ in range(3))
    if style == 0:
        return a.capitalize() + b.capitalize() + dg(2) + R.choice("!?*+")
    if style == 1:
        return "-".join((a, b, c)) + "-" + dg(2)
    if style == 2:
        return a.translate(str.maketrans("aeio", "4310")) + R.choice("_.") + b.upper()[:4] + dg(3) + R.choice("!%")
    if style == 3:
        return a.capitalize() + "." + b + "_" + dg(4)
    return a + b.capitalize() + c + dg(1)


def pw(n, extra="!%*+-.=?^_~"):
    """A password as a password manager would make it: letters, digits and the given marks."""
    s = list(pick(ALNUM, n))
    for i in R.sample(range(1, n - 1), max(2, n // 6)):
        s[i] = R.choice(extra)
    return "".join(s)


def q(s):
    return urllib.parse.quote(s, safe="")


def wrap(s, n=64):
    return "\n".join(textwrap.wrap(s, n))


def form(family, text, secret):
    FORMS.append((family, text.replace("@@", secret), secret))


def neg(what, text):
    NEGATIVES.append((what, text))


# ---------------------------------------------------------------- provider tokens
P = "provider: "
form(
    P + "github fine-grained pat",
    "$ git push origin feat/retry\nremote: Permission to harborline/relay.git denied\n$ git remote set-url origin https://oauth2:@@@github.com/harborline/relay.git\n",
    "github_pat_" + an(22) + "_" + an(59),
)
form(
    P + "github actions server token",
    "##[debug]Evaluating: github.token\n##[debug]=> '@@'\n##[debug]Result: true\n",
    gh("ghs_"),
)
form(
    P + "gitlab deploy token",
    "docker login registry.gitlab.com -u gitlab+deploy-token-"
    + dg(7)
    + " -p @@\nWARNING! Using --password via the CLI is insecure. Use --password-stdin.\nLogin Succeeded",
    "gldt-" + us(20),
)
form(
    P + "slack app-level",
    "2026-03-11 08:12:40,113 DEBUG slack_bolt.App: connecting in socket mode (app_token=@@)",
    "xapp-1-A0" + un(9) + "-" + dg(13) + "-" + hx(64),
)
form(
    P + "slack webhook path",
    "          curl -sS -X POST -H 'Content-type: application/json' --data '{\"text\":\"deploy done\"}' https://hooks.slack.com/services/T0"
    + un(8)
    + "/B0"
    + un(9)
    + "/@@\nok",
    an(24),
)
form(
    P + "discord webhook path",
    "const hook = new WebhookClient({ url: 'https://discord.com/api/webhooks/" + dg(19) + "/@@' });",
    us(68),
)
form(
    P + "telegram bot url",
    "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='api.telegram.org', port=443): Max retries exceeded with url: /bot@@/sendMessage?chat_id=-100"
    + dg(10),
    dg(10) + ":AA" + us(33),
)
form(
    P + "teams workflow webhook sig",
    "TEAMS_URL=https://prod-37.westeurope.logic.azure.com:443/workflows/"
    + hx(32)
    + "/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=@@",
    us(43),
)
form(
    P + "azure blob sas",
    "azcopy copy './dump.bak' 'https://kestrelbackups.blob.core.windows.net/nightly?sv=2024-11-04&ss=b&srt=co&sp=rwl&se=2026-12-31T22:00:00Z&st=2026-02-01T08:00:00Z&spr=https&sig=@@'",
    q(b64(32)),
)
form(
    P + "azure storage account key",
    "DefaultEndpointsProtocol=https;AccountName=kestrelbackups;AccountKey=@@;EndpointSuffix=core.windows.net",
    b64(64),
)
form(
    P + "azure entra client secret",
    '$ az ad sp create-for-rbac --name ci-deployer\n{\n  "appId": "'
    + uid()
    + '",\n  "displayName": "ci-deployer",\n  "password": "@@",\n  "tenant": "'
    + uid()
    + '"\n}',
    an(3) + "8Q~" + us(34),
)
form(
    P + "azure devops pat",
    "git -c http.extraheader=\"AUTHORIZATION: Basic $(printf ':%s' '@@' | base64 -w0)\" clone https://dev.azure.com/kestrel/relay/_git/relay",
    an(52) + "AACAAAAA" + an(11) + "ASAZDO" + an(4),
)
form(
    P + "gcs v4 signed url",
    "gsutil signurl -d 10m key.json gs://kestrel-exports/q1.parquet\nhttps://storage.googleapis.com/kestrel-exports/q1.parquet?x-goog-algorithm=GOOG4-RSA-SHA256&x-goog-date=20260211T090000Z&x-goog-expires=600&x-goog-signedheaders=host&x-goog-signature=@@",
    hx(512),
)
form(
    P + "aws bedrock api key",
    "export AWS_BEARER_TOKEN_BEDROCK=@@\nclaude --model bedrock/opus",
    "ABSK" + base64.b64encode(b"BedrockAPIKey-" + ln(4).encode() + b"-at-" + dg(12).encode() + b":" + raw(32)).decode(),
)
form(
    P + "anthropic oauth refresh",
    '{"claudeAiOauth":{"refreshToken":"@@","expiresAt":1790000000000,"scopes":["user:inference","user:profile"],"subscriptionType":"max"}}',
    "sk-ant-ort01-" + us(93) + "AA",
)
form(
    P + "langfuse secret",
    'langfuse = Langfuse(public_key="pk-lf-' + uid() + '", secret_key="@@", host="https://cloud.langfuse.com")',
    "sk-lf-" + uid(),
)
form(
    P + "supabase service secret",
    "import { createClient } from '@supabase/supabase-js'\nexport const admin = createClient('https://"
    + pick(string.ascii_lowercase, 20)
    + ".supabase.co', '@@', { auth: { persistSession: false } })",
    "sb_secret_" + us(22) + "_" + us(8),
)
form(P + "fly macaroon", "flyctl tokens create deploy -x 999999h\nFlyV1 @@", "fm2_" + b64(120))
form(
    P + "vault service token",
    "vault token create -policy=relay-ci -period=24h\nKey                  Value\n---                  -----\ntoken                @@\ntoken_accessor       "
    + an(24)
    + "\ntoken_duration       24h\ntoken_renewable      true\n",
    "hvs.CAESI" + us(87),
)
form(P + "terraform cloud", 'credentials "app.terraform.io" {\n  token = "@@"\n}\n', an(14) + ".atlasv1." + an(67))
form(
    P + "stripe webhook signing",
    "> Ready! You are using Stripe API Version [2026-01-28]. Your webhook signing secret is @@ (^C to quit)",
    "whsec_" + hx(64),
)
form(P + "twilio auth token", "client = Twilio::REST::Client.new 'AC" + hx(32) + "', '@@'", hx(32))
form(
    P + "notion in mcp args",
    json.dumps(
        {
            "mcpServers": {
                "notion": {
                    "command": "npx",
                    "args": ["-y", "@notionhq/notion-mcp-server"],
                    "env": {"OPENAPI_MCP_HEADERS": '{"Authorization": "Bearer @@", "Notion-Version": "2025-09-03"}'},
                }
            }
        },
        indent=2,
    ),
    "ntn_" + dg(11) + an(35),
)
form(
    P + "grafana service account",
    'time="2026-04-02T07:10:01Z" level=error msg="provision failed" url=https://grafana.kestrelworks.io/api/folders auth=@@ status=403',
    "glsa_" + an(32) + "_" + hx(8),
)
form(
    P + "sentry org token",
    "sentry-cli --auth-token @@ releases new relay@4.2.0",
    "sntrys_"
    + base64.b64encode(
        json.dumps(
            {"iat": 1770000000.1, "url": "https://sentry.io", "region_url": "https://de.sentry.io", "org": "kestrel"},
            separators=(",", ":"),
        ).encode()
    ).decode()
    + "_"
    + b64(32).rstrip("="),
)
form(
    P + "tailscale auth key",
    "sudo tailscale up --auth-key=@@ --advertise-tags=tag:ci --ssh",
    "tskey-auth-k" + an(11) + "CNTRL-" + an(32),
)
form(
    P + "1password service account",
    "Environment=OP_SERVICE_ACCOUNT_TOKEN=@@",
    "ops_"
    + base64.urlsafe_b64encode(
        json.dumps(
            {
                "signInAddress": "my.1password.eu",
                "userAuth": {"method": "SRPg-4096", "alg": "PBES2g-HS256", "iterations": 650000, "salt": b64u(16)},
                "secretKey": "A3-" + un(6),
                "throttleSecret": {"seed": hx(64)},
            },
            separators=(",", ":"),
        ).encode()
    )
    .decode()
    .rstrip("="),
)
form(
    P + "age identity",
    "# created: 2026-01-08T10:22:31+01:00\n# public key: age1" + pick(BECH.lower(), 58) + "\n@@\n",
    "AGE-SECRET-KEY-1" + pick(BECH, 58),
)
form(
    P + "pypi upload token",
    "[distutils]\nindex-servers = pypi\n\n[pypi]\n  username = __token__\n  password = @@\n",
    "pypi-AgEIcHlwaS5vcmcC" + us(150),
)
form(
    P + "zulip bot key",
    "[api]\nemail=release-bot@kestrel.zulipchat.com\nkey=@@\nsite=https://kestrel.zulipchat.com\n",
    an(32),
)

# ---------------------------------------------------------------- configuration files
C = "config: "
form(C + ".netrc", "machine artifacts.kestrelworks.io\n  login ci-reader\n  password @@\n", pw(18))
form(C + ".pgpass", "db-eu2.harborline.net:5432:*:reporting:@@\n", pw(16, "!%*+-.=?^_~"))
form(C + "my.cnf", '[client]\nuser=backup\npassword="@@"\nhost=10.4.0.12\n\n[mysqldump]\nquick\n', pw(20, "#!%*+-"))
form(C + "kubeconfig token", "users:\n- name: kestrel-admin\n  user:\n    token: @@\n", ln(6) + "." + ln(16))
form(
    C + "kubeconfig client key data",
    "- name: minik\n  user:\n    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==\n    client-key-data: @@\n",
    base64.b64encode(
        (
            "-----BEGIN RSA PRIVATE KEY-----\n"
            + wrap("MIIEowIBAAKCAQEA" + b64(600))
            + "\n-----END RSA PRIVATE KEY-----\n"
        ).encode()
    ).decode(),
)
form(
    C + "docker config auth",
    '{\n\t"auths": {\n\t\t"registry.kestrelworks.io": {\n\t\t\t"auth": "@@"\n\t\t}\n\t}\n}',
    base64.b64encode(("ci-push:" + pw(20)).encode()).decode(),
)
form(
    C + "npmrc _password",
    "@kestrel:registry=https://pkgs."
    "dev.azure.com/kestrel/_packaging/feed/npm/registry/\n//pkgs."
    "dev.azure.com/kestrel/_packaging/feed/npm/registry/:username=kestrel\n//pkgs."
    "dev.azure.com/kestrel/_packaging/feed/npm/registry/:_password=@@\n",
    base64.b64encode(ln(52).encode()).decode(),
)
form(
    C + "pip.conf index url",
    "[global]\nextra-index-url = https://reader:@@@pypi.kestrelworks.io/simple\ntimeout = 60\n",
    pw(22, "-_.~"),
)
form(
    C + "gradle.properties",
    "org.gradle.jvmargs=-Xmx4g\nRELEASE_STORE_FILE=../keys/upload.jks\nRELEASE_KEY_ALIAS=upload\nRELEASE_STORE_PASSWORD=@@\n",
    hp(0),
)
form(
    C + "maven settings",
    "<settings>\n  <servers>\n    <server>\n      <id>nexus-releases</id>\n      <username>deployer</username>\n      <password>@@</password>\n    </server>\n  </servers>\n</settings>",
    pw(19, "!%*+-"),
)
form(
    C + "ansible inventory",
    "[edge]\nedge01 ansible_host=10.9.1.4 ansible_user=ops ansible_become_pass='@@'\n",
    pw(14, "!%*+?"),
)
form(
    C + "compose environment list",
    'services:\n  db:\n    image: mariadb:11.8\n    environment:\n      - MARIADB_DATABASE=shop\n      - MARIADB_ROOT_PASSWORD=@@\n    ports: ["3306:3306"]\n',
    hp(2),
)
form(
    C + "systemd unit",
    '[Service]\nUser=relay\nEnvironment="PORT=8080" "SESSION_SECRET=@@" "NODE_ENV=production"\nExecStart=/usr/bin/node /srv/relay/index.js\n',
    hx(48),
)
form(
    C + "terraform state",
    json.dumps(
        {
            "version": 4,
            "terraform_version": "1.14.2",
            "resources": [
                {
                    "mode": "managed",
                    "type": "random_password",
                    "name": "db",
                    "instances": [
                        {
                            "schema_version": 3,
                            "attributes": {"id": "none", "length": 24, "result": "@@", "special": True},
                        }
                    ],
                }
            ],
        },
        indent=2,
    ),
    pw(24, "!%*-_=+?"),
)
form(
    C + "spring properties",
    "spring.mail.host=smtp.eu.mailgun.org\nspring.mail.username=postmaster@mg.kestrelworks.io\nspring.mail.password=@@\nspring.mail.properties.mail.smtp.auth=true\n",
    hx(32) + "-" + hx(8) + "-" + hx(8),
)
form(
    C + "appsettings json jwt signing",
    '{\n  "Logging": { "LogLevel": { "Default": "Information" } },\n  "Jwt": {\n    "Issuer": "relay",\n    "SigningKey": "@@"\n  }\n}',
    b64(48),
)
form(
    C + "web.config machineKey",
    '<machineKey validationKey="@@" validation="HMACSHA256" decryption="AES" />',
    hx(128).upper(),
)
form(C + "laravel app key", "APP_NAME=Relay\nAPP_ENV=production\nAPP_KEY=base64:@@\nAPP_DEBUG=false\n", b64(32))
form(
    C + "wordpress salts",
    "define( 'AUTH_KEY',         '@@' );\ndefine( 'WP_DEBUG', false );\n",
    pick(ALNUM + "!#%&()*+,-./:;<=>?[]^_{|}~", 64),
)
form(
    C + "django settings",
    "# SECURITY WARNING: keep it out of git\nSECRET_KEY = 'django-insecure-@@'\nDEBUG = True\n",
    pick(LOWNUM + "!#$%&*(-_=+)^", 50),
)
form(
    C + "plist",
    "<dict>\n\t<key>CFBundleName</key>\n\t<string>Relay</string>\n\t<key>SyncServerPassword</key>\n\t<string>@@</string>\n</dict>",
    pw(17, "-_!."),
)
form(
    C + "k8s secret data",
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: relay-db\ntype: Opaque\ndata:\n  DB_PASS: @@\n",
    base64.b64encode(pw(21).encode()).decode(),
)
form(
    C + "sops-decrypted ini", "[sync]\nendpoint = https://sync.kestrelworks.io\naccess key = @@\nverify = yes\n", un(20)
)
form(
    C + "rclone remote",
    "[b2]\ntype = b2\naccount = 003" + hx(22) + "\nkey = @@\nhard_delete = false\n",
    "K003" + pick(ALNUM + "/", 27),
)
form(C + "yaml block scalar", "secrets:\n  session-signing: |-\n    @@\n  rotation: 30d\n", b64(40))
form(
    C + "cookie secret oauth2-proxy cfg",
    'provider = "oidc"\nclient_id = "relay-ui"\ncookie_secret = "@@"\nemail_domains = ["*"]\n',
    b64u(32) + "=",
)

# ---------------------------------------------------------------- connection strings
D = "connection: "
form(
    D + "postgres",
    "psql: error: connection to server failed\nDATABASE_URL=postgresql+asyncpg://relay_app:@@@db-eu2.harborline.net:6432/relay?ssl=require",
    pw(20, "-_.~!*"),
)
form(
    D + "jdbc query",
    "Hikari pool starting, jdbcUrl=jdbc:mysql://10.2.0.8:3306/shop?user=shop&password=@@&useSSL=true",
    pw(16, "!-_.*"),
)
form(D + "jdbc oracle thin", "jdbc:oracle:thin:billing/@@@//ora1.kestrelworks.io:1521/BILLP", hp(4))
form(
    D + "odbc sql server",
    "Driver={ODBC Driver 18 for SQL Server};Server=tcp:kestrel.database.windows.net,1433;Database=erp;Uid=erpadmin;Pwd={@@};Encrypt=yes;TrustServerCertificate=no;",
    pw(18, "!%*-_#"),
)
form(
    D + "amqp",
    "pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403)\nbroker_url = 'amqps://worker:@@@rmq.harborline.net:5671/%2Fjobs'",
    pw(18, "-_.~"),
)
form(D + "redis no user", "ioredis: connecting to rediss://:@@@eu1-proper-kite-" + dg(5) + ".upstash.io:6379", an(64))
form(
    D + "mongodb srv",
    'mongosh "mongodb+srv://atlasAdmin:@@@relay.k3x9q.mongodb.net/?retryWrites=true&w=majority"',
    q(pw(16, "@#$%/")),
)
form(D + "smtp dsn", "MAILER_DSN=smtp://noreply%40kestrelworks.io:@@@mail.gandi.net:465", q(pw(15, "@#&+/")))
form(
    D + "ldap bind",
    "ldapsearch -x -H ldaps://ldap.kestrelworks.io -D 'cn=svc-sync,ou=services,dc=kestrelworks,dc=io' -w '@@' -b dc=kestrelworks,dc=io '(uid=mlind)'",
    pw(16, "!%*+-"),
)
form(
    D + "eventhub",
    "Endpoint=sb://kestrel-events.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=@@;EntityPath=orders",
    b64(32),
)
form(
    D + "libsql token param",
    "const db = createClient({ url: 'libsql://relay-kestrel.turso.io?authToken=@@' })",
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9." + b64u(90) + "." + b64u(64),
)
form(D + "proxy env", "HTTPS_PROXY=http://mlind:@@@proxy.corp.harborline.net:3128 npm ci", hp(0).rstrip("?*+!") + "!")

# ---------------------------------------------------------------- shell sessions
S = "shell: "
form(
    S + "curl digest user",
    "curl --digest --user admin:@@ http://192.168.20.11/cgi-bin/configManager.cgi?action=getConfig",
    hp(4),
)
form(S + "heredoc", "cat > /etc/wpa.env <<'EOF'\nIFACE=wlan0\nPSK=@@\nEOF\nchmod 600 /etc/wpa.env", pw(20, "-_!."))
form(
    S + "mysql -p glued",
    "mysql -h 10.2.0.8 -u root -p@@ -e 'SHOW PROCESSLIST'\nmysql: [Warning] Using a password on the command line interface can be insecure.",
    an(15),
)
form(
    S + "sshpass", "sshpass -p '@@' ssh -o StrictHostKeyChecking=no pi@192.168.1.61 uptime\n 09:14:02 up 12 days", hp(2)
)
form(
    S + "openssl pass",
    "openssl pkcs12 -in store.p12 -nodes -passin pass:@@ -out store.pem\nMAC verified OK",
    pw(14, "!-_."),
)
form(
    S + "gpg passphrase",
    'gpg --batch --yes --pinentry-mode loopback --passphrase "@@" --output backup.tar --decrypt backup.tar.gpg',
    " ".join(R.choice(WORDS) for _ in range(5)),
)
form(
    S + "printf to stdin",
    "printf '%s' '@@' | docker login -u kestrelbot --password-stdin ghcr.io\nLogin Succeeded",
    gh("ghp_"),
)
form(S + "chpasswd", "echo 'deploy:@@' | sudo chpasswd", hp(3))
form(S + "gcloud access token", "$ gcloud auth print-access-token\n@@\n", "ya29.a0A" + us(210))
form(
    S + "kubectl jsonpath decode",
    "$ kubectl -n monitoring get secret grafana -o jsonpath='{.data.admin-password}' | base64 -d; echo\n@@\n$ ",
    an(40),
)
form(
    S + "kubectl create secret literal",
    "kubectl create secret generic smtp --from-literal=username=postmaster --from-literal=password=@@ -n relay",
    pw(20, "-_.!"),
)
form(S + "op read", "$ op read 'op://Infra/Cisco core/password'\n@@\n", pw(22))
form(S + "bw get", "$ bw get password 'hetzner robot' --session \"$BW_SESSION\"\n@@", pw(20, "!*%^#"))
form(
    S + "bw session",
    '? Master password: [hidden]\nYour vault is now unlocked!\n\nTo unlock your vault, set your session key to the `BW_SESSION` environment variable. ex:\n$ export BW_SESSION="@@"',
    b64(64),
)
form(
    S + "azure keyvault tsv",
    "$ az keyvault secret show --vault-name kv-relay --name sql-admin --query value -o tsv\n@@\n",
    pw(24, "!-_*"),
)
form(
    S + "aws ssm get-parameter",
    'aws ssm get-parameter --name /prod/relay/db_password --with-decryption\n{\n    "Parameter": {\n        "Name": "/prod/relay/db_password",\n        "Type": "SecureString",\n        "Value": "@@",\n        "Version": 3\n    }\n}',
    pw(20, "!-_*"),
)
form(
    S + "powershell securestring",
    "PS C:\\> $sec = ConvertTo-SecureString '@@' -AsPlainText -Force\nPS C:\\> New-LocalUser -Name svc_print -Password $sec",
    pw(16, "!%*+-"),
)
form(
    S + "windows net use",
    "C:\\>net use Z: \\\\nas01\\backup /user:KESTREL\\backup @@ /persistent:no\nThe command completed successfully.",
    hp(0),
)
form(
    S + "crontab",
    "17 3 * * * PGPASSWORD='@@' pg_dump -h 10.2.0.8 -U relay relay | gzip > /srv/dump/$(date +\\%F).gz",
    pw(18, "!-_+"),
)

# ---------------------------------------------------------------- program outputs
O = "output: "
form(
    O + "python traceback locals",
    "╭──────────── Traceback (most recent call last) ────────────╮\n│ /srv/relay/db.py:41 in connect                            │\n│ ╭───────── locals ─────────╮\n│ │ host     = '10.2.0.8'    │\n│ │ passwd   = '@@'   │\n│ │ port     = 5432          │\n",
    pw(16, "!-_+"),
)
form(
    O + "go struct dump",
    'main.Config{Addr:":8443", DB:main.DB{User:"relay", Password:"@@", MaxConn:20}, Debug:true}',
    pw(17, "!-_+"),
)
form(
    O + "git diff",
    "diff --git a/deploy/values.yaml b/deploy/values.yaml\n@@ -4,3 +4,3 @@\n image: relay:4.2\n-  adminPassword: §§\n+  adminPassword: ${ADMIN_PASSWORD}\n replicas: 2\n".replace(
        "@@", "\0"
    ).replace("§§", "@@"),
    hp(3),
)
FORMS[-1] = (FORMS[-1][0], FORMS[-1][1].replace("\0", "@" + "@"), FORMS[-1][2])
form(
    O + "table",
    "+----+---------+------------------+---------------------+\n| id | login   | plain_password   | created_at          |\n+----+---------+------------------+---------------------+\n|  7 | mlind   | @@ | 2026-01-04 11:20:09 |\n+----+---------+------------------+---------------------+\n1 row in set (0.00 sec)",
    pw(16, "!-_+"),
)
form(
    O + "http dump cookie",
    "< HTTP/2 302\n< location: /dashboard\n< set-cookie: relay_session=@@; Path=/; HttpOnly; Secure; SameSite=Lax\n< content-length: 0\n",
    "s%3A" + us(32) + "." + q(b64(32).rstrip("=")),
)
form(
    O + "basic auth header",
    "> GET /v2/relay/manifests/4.2 HTTP/1.1\n> Host: registry.kestrelworks.io\n> Authorization: Basic @@\n> User-Agent: curl/8.15.0\n",
    base64.b64encode(("ci-push:" + pw(18)).encode()).decode(),
)
form(
    O + "form body",
    "POST /oauth/token HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\ngrant_type=password&username=m.lind%40kestrelworks.io&password=@@&client_id=web",
    q(pw(16, "@#&+/=")),
)
form(
    O + "ansi coloured",
    "\x1b[36mSMTP_USER\x1b[0m=\x1b[32mpostmaster\x1b[0m\n\x1b[36mSMTP_PASS\x1b[0m=\x1b[32m@@\x1b[0m\n",
    pw(18, "!-_+"),
)
form(
    O + "one-line pem",
    '{"type":"service_account","project_id":"kestrel-prod","private_key":"-----BEGIN PRIVATE KEY-----\\n@@\\n-----END PRIVATE KEY-----\\n","client_email":"ci@kestrel-prod.iam.gserviceaccount.com"}',
    wrap("MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQ" + b64(1150)).replace("\n", "\\n"),
)
form(
    O + "openssh multi-line key",
    "$ cat ~/.ssh/id_deploy\n-----BEGIN OPENSSH PRIVATE KEY-----\n@@\n-----END OPENSSH PRIVATE KEY-----\n",
    wrap("b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW" + b64(250), 70),
)
form(
    O + "ec key in jsonl tool result",
    json.dumps(
        {
            "type": "user",
            "message": {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "toolu_01" + an(22),
                        "content": "     1\t-----BEGIN EC PRIVATE KEY-----\n     2\tMHcCAQEEI@@\n     3\t"
                        + "-----END EC PRIVATE KEY-----",
                    }
                ],
            },
        }
    ),
    b64(84)[:55],
)
form(
    O + "otpauth qr",
    "Scan this QR code or open otpauth://totp/Kestrel:mlind?secret=@@&issuer=Kestrel&algorithm=SHA1&digits=6&period=30",
    pick(B32, 32),
)
form(
    O + "totp setup key spaced",
    "Can't scan it? Enter this setup key in your authenticator app: @@ (time based)",
    " ".join(pick(B32, 4).lower() for _ in range(8)),
)
form(
    O + "jwt in debug log",
    "[relay] 2026-02-19T13:02:11.090Z debug verify id=" + uid() + " bearer @@ aud=relay-api ok",
    jwt({"sub": "user-4411", "aud": "relay-api", "exp": 1790000000, "role": "admin"}),
)
form(
    O + "jenkins initial password",
    "*************************************************************\nJenkins initial setup is required. An admin user has been created and a password generated.\nPlease use the following password to proceed to installation:\n\n@@\n\nThis may also be found at: /var/jenkins_home/secrets/initialAdminPassword\n",
    hx(32),
)
form(
    O + "elasticsearch reset",
    "$ bin/elasticsearch-reset-password -u elastic -b\nPassword for the [elastic] user successfully reset.\nNew value: @@\n",
    us(20),
)
form(
    O + "jupyter url", "    Or copy and paste one of these URLs:\n        http://127.0.0.1:8888/lab?token=@@\n", hx(48)
)
form(
    O + "kubeadm join",
    "kubeadm join 10.0.0.5:6443 --token @@ --discovery-token-ca-cert-hash sha256:" + hx(64),
    ln(6) + "." + ln(16),
)
form(
    O + "ps listing",
    "root  1841  0.3  1.1 /opt/java/bin/java -Xmx2g -Djavax.net.ssl.keyStorePassword=@@ -jar /srv/erp.jar",
    hp(4),
)

# ---------------------------------------------------------------- source code
L = "source: "
form(
    L + "rust",
    'let pool = MySqlConnectOptions::new()\n    .host("10.2.0.8")\n    .username("relay")\n    .password("@@")\n    .database("relay");',
    pw(18),
)
form(L + "go", 'const (\n\tapiBase   = "https://api.linden.shop/v3"\n\tapiSecret = "@@"\n)\n', hx(40))
form(
    L + "java positional",
    'Connection c = DriverManager.getConnection("jdbc:postgresql://10.2.0.8/relay", "relay", "@@");',
    pw(16),
)
form(L + "csharp", 'var cred = new NetworkCredential("svc_print", "@@", "KESTREL");', pw(16))
form(
    L + "php",
    "$pdo = new PDO('mysql:host=10.2.0.8;dbname=shop', 'shop', '@@', [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);",
    pw(18, "!%*+-"),
)
form(
    L + "kotlin",
    'signingConfigs {\n    create("release") {\n        storeFile = file("upload.jks")\n        keyPassword = "@@"\n    }\n}',
    hp(0),
)
form(L + "swift", 'let kBackendSharedSecret = "@@" // TODO move to keychain', b64u(30))
form(
    L + "elixir",
    'config :relay, RelayWeb.Endpoint,\n  url: [host: "relay.kestrelworks.io"],\n  secret_key_base: "@@"\n',
    pick(ALNUM + "+/", 64),
)
form(L + "arduino c++", '#include <WiFi.h>\nconst char* ssid = "Fuchsbau";\nconst char* wifiPass = "@@";\n', hp(1))
form(
    L + "sql identified by",
    "CREATE USER 'reporting'@'10.%' IDENTIFIED BY '@@';\nGRANT SELECT ON shop.* TO 'reporting'@'10.%';",
    pw(18, "!%*+-"),
)
form(
    L + "sql alter role",
    "ALTER ROLE relay WITH LOGIN ENCRYPTED PASSWORD '@@' VALID UNTIL '2027-01-01';",
    pw(18, "!%*+-"),
)
form(
    L + "seed js",
    "await prisma.user.create({ data: { email: 'm.lind@kestrelworks.io', role: 'OWNER', password: await hash('@@', 12) } })",
    hp(2),
)
form(
    L + "playwright login",
    "await page.getByLabel('Benutzername').fill('mlind');\nawait page.getByLabel('Passwort').fill('@@');\nawait page.getByRole('button', { name: 'Anmelden' }).click();",
    hp(0),
)

# ---------------------------------------------------------------- prose
T = "prose: "
form(
    T + "english",
    "ok try again, i reset the staging box. login is ops and the password is now @@ — don't commit it pls",
    hp(1),
)
form(
    T + "german",
    "Kannst du dich bitte auf der Fritzbox anmelden? Das Kennwort lautet „@@“, danach Portfreigabe 8443 einrichten.",
    hp(0),
)
form(T + "french", "Le mot de passe du compte administrateur est « @@ », pense à le changer après la migration.", hp(3))
form(T + "spanish", "La contraseña de la base de datos de producción es @@ y el usuario es relay_app.", pw(14, "!-_*"))
form(T + "japanese", "本番サーバーのパスワードは @@ です。ユーザー名は deploy です。", pw(14, "!-_*"))
form(T + "portuguese", "Entra no painel com o utilizador admin; a senha é @@ (muda no primeiro acesso).", hp(2))
form(
    T + "handover markdown",
    "## Zugänge\n\n| System | Benutzer | Kennwort |\n|---|---|---|\n| Keycloak | admin | `@@` |\n\nBitte nach der Übergabe ändern.\n",
    pw(16, "!-_*"),
)
form(
    T + "commit message",
    "commit " + hx(40) + "\nAuthor: Marta Lind <m.lind@kestrelworks.io>\n\n    rotate ftp login (new pw: @@)\n",
    hp(4),
)

# ---------------------------------------------------------------- odd places, devices, recovery
X = "device: "
form(
    X + "cisco enable",
    "hostname core-sw1\n!\nusername netops privilege 15 password 0 @@\n!\ninterface Vlan10\n ip address 10.10.0.1 255.255.255.0\n",
    hp(4),
)
form(X + "snmp v3", "snmpwalk -v3 -l authPriv -u nms -a SHA -A '@@' -x AES 10.10.0.1 1.3.6.1.2.1.1", pw(16, "!-_*"))
form(
    X + "wireguard",
    "[Interface]\nAddress = 10.66.0.3/32\nPrivateKey = @@\nDNS = 10.66.0.1\n\n[Peer]\nAllowedIPs = 0.0.0.0/0\n",
    b64(32),
)
form(X + "wpa_supplicant", 'network={\n\tssid="Fuchsbau"\n\tkey_mgmt=WPA-PSK\n\tpsk="@@"\n}\n', hp(1))
form(X + "wifi qr string", "qrencode -t ansiutf8 'WIFI:T:WPA;S:Fuchsbau;P:@@;H:false;;'", hp(3))
form(X + "ipsec psk", '# /etc/ipsec.secrets\n198.51.100.7 %any : PSK "@@"\n', b64(24))
form(
    X + "openvpn auth file",
    "$ sudo cat /etc/openvpn/client/auth.txt\nvpn-mlind\n@@\n$ grep auth-user-pass /etc/openvpn/client/kestrel.conf\nauth-user-pass auth.txt\n",
    pw(20, "!-_*"),
)
form(
    X + "registry autologon",
    'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon]\n"AutoAdminLogon"="1"\n"DefaultUserName"="kiosk"\n"DefaultPassword"="@@"\n',
    hp(0),
)
form(
    X + "mosquitto cli",
    "mosquitto_sub -h broker.harborline.net -p 8883 -u sensor7 -P @@ -t 'plant/#' -v",
    pw(14, "-_."),
)

Y = "place: "
form(Y + "csv row", "user,email,initial_password,team\nmlind,m.lind@kestrelworks.io,@@,platform\n", pw(12, "!-_*"))
form(
    Y + "browser storage",
    "> localStorage\nStorage {theme: 'dark', refresh_token: '@@', lang: 'sv', length: 3}",
    b64u(48),
)
form(
    Y + "notebook cell",
    json.dumps(
        {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {},
            "outputs": [],
            "source": ["import os\n", "os.environ['WANDB_API_KEY'] = '@@'\n", "wandb.init(project='relay')"],
        },
        indent=1,
    ),
    hx(40),
)
form(
    Y + "branch url in git config",
    '[remote "origin"]\n\turl = https://x-token-auth:@@@bitbucket.org/kestrel/relay.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
    "ATCTT3xFfGN0" + us(160) + "=" + hx(8).upper(),
)
form(
    Y + "ci yaml",
    "deploy:\n  stage: deploy\n  variables:\n    ARTIFACTORY_USER: ci\n    ARTIFACTORY_APIKEY: @@\n  script:\n    - ./ship.sh\n",
    "AKCp8" + an(68),
)
form(
    Y + "codex function call args",
    json.dumps(
        {
            "type": "response_item",
            "payload": {
                "type": "function_call",
                "name": "shell",
                "arguments": json.dumps(
                    {"command": ["bash", "-lc", 'export NEXTAUTH_SECRET="@@" && pnpm build'], "workdir": "/srv/relay"}
                ),
                "call_id": "call_" + an(24),
            },
        }
    ),
    b64(32),
)
form(Y + "file name", "$ ls ~/Downloads\ninvoice-2026-04.pdf\nadmin-password-@@.txt\nrelay-4.2.0.tgz\n", an(16))
form(Y + "mobile google config", '<string name="maps_api_key" translatable="false">@@</string>', "AIza" + us(35))

Z = "recovery: "
BIP = (
    "abstract:7 accuse:13 actor:21 again:37 album:47 arch:88 attract:118 awkward:134 barrel:150 blood:191 boat:198 "
    "brush:233 candy:266 canyon:270 cave:294 chimney:320 concert:373 crouch:417 dance:442 diagram:487 dolphin:518 "
    "drift:534 embark:578 episode:607 erase:611 faculty:653 famous:661 festival:681 fork:731 fringe:744 frog:745 "
    "goose:804 gospel:806 grape:814 humble:887 kangaroo:972 lawsuit:1009 legend:1020 lizard:1046 lobster:1049 "
    "mandate:1080 maple:1084 neglect:1184 ocean:1223 olympic:1234 orphan:1254 oxygen:1266 peasant:1297 pencil:1301 "
    "puppy:1392 raccoon:1410 rifle:1485 rocket:1499 salad:1522 scissors:1544 shuffle:1595 stadium:1695 stool:1715 "
    "tank:1773 taxi:1779 uncover:1893 unveil:1907 vehicle:1935 vocal:1962 wheat:1999 wink:2014 witness:2021 zero:2045"
)
BIP = [(w.split(":")[0], int(w.split(":")[1])) for w in BIP.split()]


def seed12():
    """Twelve wallet words with a true checksum."""
    while True:
        ws = R.sample(BIP, 12)
        n = 0
        for _, i in ws:
            n = n << 11 | i
        if hashlib.sha256((n >> 4).to_bytes(16, "big")).digest()[0] >> 4 == n & 15:
            return " ".join(w for w, _ in ws)


form(
    Z + "seed words",
    "$ cast wallet new-mnemonic\nSuccessfully generated a new mnemonic.\nPhrase:\n@@\n\nAccounts:\n- Account 0:\nAddress:     0x"
    + hx(40)
    + "\n",
    seed12(),
)
form(Z + "ethereum private key", "PRIVATE_KEY=0x@@ forge script script/Deploy.s.sol --broadcast", hx(64))
form(
    Z + "github backup codes",
    "Save your two-factor recovery codes somewhere safe:\n\n@@\n",
    "\n".join(hx(5) + "-" + hx(5) for _ in range(4)),
)
form(
    Z + "bitlocker",
    "Numerical Password:\n      ID: {" + uid().upper() + "}\n      Password:\n        @@\n",
    "-".join("%06d" % (R.randrange(9091, 65535) * 11) for _ in range(8)),
)
form(
    Z + "licence key",
    "Enter license key for JetPatch Pro 2026: @@\nLicense accepted, 5 seats.",
    "-".join(un(5) for _ in range(5)),
)
form(
    Z + "vault unseal key", "Unseal Key 1: @@\n\nVault initialized with 1 key shares and a key threshold of 1.", b64(33)
)

# ================================================================ look-alikes
neg("git log hashes", "\n".join(hx(40) + " fix: keep order of retries" for _ in range(4)))
neg(
    "git short ids",
    "a1"
    + hx(5)
    + "..b2"
    + hx(5)
    + " main -> origin/main\n * [new branch] fix/token-refresh -> origin/fix/token-refresh",
)
neg("uuid list", json.dumps({"sessionId": uid(), "parentUuid": uid(), "uuid": uid(), "isSidechain": False}))
neg(
    "package-lock integrity",
    '"node_modules/token-types": {\n  "version": "6.1.1",\n  "resolved": "https://registry.'
    'npmjs.org/token-types/-/token-types-6.1.1.tgz",\n  "integrity": "sha512-' + b64(64) + '",\n  "license": "MIT"\n}',
)
neg(
    "yarn berry checksum",
    '"secret-stack@npm:^8.1.0":\n  version: 8.1.0\n  resolution: "secret-stack@npm:8.1.0"\n  checksum: 10c0/'
    + hx(128)
    + "\n  languageName: node",
)
neg(
    "cargo lock",
    '[[package]]\nname = "secrecy"\nversion = "0.10.3"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "'
    + hx(64)
    + '"',
)
neg(
    "go.sum",
    "github.com/golang-jwt/jwt/v5 v5.3.0 h1:" + b64(32) + "\ngithub.com/golang-jwt/jwt/v5 v5.3.0/go.mod h1:" + b64(32),
)
neg(
    "poetry hashes",
    'files = [\n    {file = "keyring-25.7.0-py3-none-any.whl", hash = "sha256:'
    + hx(64)
    + '"},\n    {file = "keyring-25.7.0.tar.gz", hash = "sha256:'
    + hx(64)
    + '"},\n]',
)
neg("sha256sum", hx(64) + "  relay-4.2.0-linux-arm64.tar.gz\n" + hx(64) + "  relay-4.2.0-darwin-arm64.tar.gz")
neg(
    "docker digests",
    "Digest: sha256:"
    + hx(64)
    + "\nStatus: Downloaded newer image for hashicorp/vault:1.21\n"
    + hx(12)
    + ": Pull complete",
)
neg(
    "ssh fingerprint",
    "The authenticity of host 'box (10.2.0.8)' can't be established.\nED25519 key fingerprint is SHA256:"
    + b64(32).rstrip("=")
    + ".",
)
neg("ssh public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + b64(32)[:43] + " mlind@laptop")
neg(
    "certificate pem",
    "-----BEGIN CERTIFICATE-----\n" + wrap("MIIDdzCCAl+gAwIBAgIE" + b64(600)) + "\n-----END CERTIFICATE-----",
)
neg(
    "public key pem",
    "-----BEGIN PUBLIC KEY-----\n"
    + wrap("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" + b64(255))
    + "\n-----END PUBLIC KEY-----",
)
neg("placeholder angle", "export GITHUB_TOKEN=<your-github-token>\nexport OPENAI_API_KEY=<paste key here>")
neg(
    "placeholder xs",
    "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nSLACK_BOT_TOKEN=xoxb-xxxxxxxxxxxx-xxxxxxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx",
)
neg(
    "placeholder variable",
    "DATABASE_URL=postgres://${DB_USER}:${DB_PASSWORD}@${DB_HOST}:5432/relay\nTOKEN=$(gh auth token)",
)
neg("placeholder changeme", "# copy to .env and edit\nPOSTGRES_PASSWORD=changeme\nADMIN_PASSWORD=your-password-here\n")
neg("placeholder helm", 'password: {{ .Values.db.password | quote }}\ntoken: {{ include "relay.token" . }}')
neg(
    "gha secrets context",
    "env:\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n  GH_TOKEN: ${{ github.token }}\n  password: ${{ secrets.DOCKERHUB_PASSWORD }}",
)
neg(
    "masked output",
    'TF_VAR_db_password=********\nAuthorization: Bearer ***\n"password": "[REDACTED]"\nsecret: (sensitive value)',
)
neg(
    "python env lookups",
    "password = os.environ[\"RELAY_DB_PASSWORD\"]\napi_key = settings.get_secret_value()\ntoken = request.headers.get('authorization', '').removeprefix('Bearer ')",
)
neg(
    "ts types",
    "interface Credentials { password: string; apiKey?: string; refreshToken: string | null; clientSecret: SecretRef }",
)
neg(
    "pytest names",
    "tests/test_auth.py::test_password_reset_token_expires_after_one_hour PASSED [ 41%]\ntests/test_auth.py::test_api_key_is_hidden_from_repr[longPasswordWithUnicode] PASSED [ 44%]",
)
neg(
    "go test names",
    "--- PASS: TestTokenBucketRefillAfterPause (0.02s)\n--- PASS: TestPasswordHasherRejectsEmptyInput/bcrypt_cost_12 (0.31s)",
)
neg(
    "css",
    ".password-field__toggle--visible:hover{color:#3f51b5;background:#e8eaf6;transition:all .2s cubic-bezier(.4,0,.2,1)}\n.token-chip{grid-template-columns:repeat(auto-fill,minmax(12rem,1fr))}",
)
neg(
    "minified js",
    "function a(e,t){return e.password===t.password&&(e.token||t.token)?n(r(e),o(t)):void 0}var s=function(e){return e&&e.__esModule?e:{default:e}},c={apiKey:void 0,secret:null};",
)
neg("css modules hashes", '<div class="Login_passwordInput__' + an(5) + " Login_token__" + an(5) + '"></div>')
neg(
    "png data uri",
    '<img alt="logo" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAA' + b64(180) + '">',
)
neg(
    "woff2 data uri",
    "@font-face{font-family:Inter;src:url(data:font/woff2;base64,d09GMgABAAAAA" + b64(200) + ") format('woff2')}",
)
neg(
    "source map",
    "//# sourceMappingURL=data:application/json;base64,"
    + base64.b64encode(
        b'{"version":3,"file":"login.js","sources":["../src/login.ts"],"names":[],"mappings":"AAAA;AACA,OAAO,MAAM"}'
    ).decode(),
)
neg(
    "source map mappings",
    '{"version":3,"sources":["password.ts"],"mappings":"AAAA,SAASA,GAAGC,EAAKC,GACf,OAAOD,EAAIE,QAAQD,EAAK,IAAIE,KAAKC"}',
)
neg(
    "svg path",
    '<path d="M12 1.5a5.25 5.25 0 00-5.25 5.25v3a3 3 0 00-3 3v6.75a3 3 0 003 3h10.5a3 3 0 003-3v-6.75a3 3 0 00-3-3v-3c0-2.9-2.35-5.25-5.25-5.25z"/>',
)
neg(
    "aws ids",
    "i-0"
    + hx(16)
    + " vpc-0"
    + hx(16)
    + " subnet-0"
    + hx(16)
    + " sg-0"
    + hx(16)
    + " arn:aws:secretsmanager:eu-central-1:"
    + dg(12)
    + ":secret:prod/relay/db-"
    + an(6),
)
neg("azure ids", "/subscriptions/" + uid() + "/resourceGroups/rg-relay/providers/Microsoft.KeyVault/vaults/kv-relay")
neg(
    "gcp ids",
    "projects/"
    + dg(12)
    + "/secrets/relay-db-password/versions/7\nprojects/kestrel-prod/locations/europe-west3/keyRings/relay/cryptoKeys/state",
)
neg(
    "k8s pods",
    "relay-api-"
    + hx(9)
    + "-"
    + ln(5)
    + "   1/1  Running   0   3d\nvault-agent-"
    + hx(10)
    + "-"
    + ln(5)
    + "   1/1  Running   2   9d",
)
neg(
    "kubectl secrets list",
    "NAME                TYPE                 DATA   AGE\nrelay-db-password   Opaque               1      41d\nregcred             kubernetes.io/dockerconfigjson   1   41d",
)
neg(
    "tool use ids",
    json.dumps(
        {
            "type": "tool_use",
            "id": "toolu_01" + an(22),
            "name": "Read",
            "input": {"file_path": "/srv/relay/src/auth/password.ts"},
        }
    ),
)
neg(
    "request ids",
    "request-id: req_011C" + an(20) + "\ncf-ray: " + hx(16) + "-FRA\nx-amzn-trace-id: Root=1-" + hx(8) + "-" + hx(24),
)
neg("traceparent", "traceparent: 00-" + hx(32) + "-" + hx(16) + "-01")
neg(
    "message ids",
    "msg_01" + an(22) + " model=claude-opus-4-5-20251101 stop_reason=end_turn input_tokens=48211 output_tokens=903",
)
neg(
    "token counts",
    '"usage":{"input_tokens":12,"cache_creation_input_tokens":18442,"cache_read_input_tokens":90211,"output_tokens":514,"max_tokens":32000}',
)
neg(
    "tokenizer output",
    "tokens: ['▁pass', 'word', '▁is', '▁invalid', '</s>'] eos_token='</s>' pad_token_id=128001 unk_token=None",
)
neg(
    "docs prose",
    "A password must have at least 12 characters. Tokens expire after 30 days; secrets are rotated by the operator and never written to disk.",
)
neg(
    "german prose",
    "Das Passwort wird nur gehasht gespeichert. Der Schlüssel liegt im Tresor, das Kennwort kennt nur der Betrieb.",
)
neg(
    "french prose",
    "Le mot de passe est obligatoire et doit contenir au moins douze caractères ; le jeton expire au bout d'une heure.",
)
neg("japanese prose", "パスワードは必須です。トークンの有効期限は一時間です。")
neg("spanish form label", "contraseña: obligatoria, mínimo ocho caracteres\nusuario: opcional")
neg(
    "error text",
    "fatal: Authentication failed for 'https://github.com/harborline/relay.git/'\nremote: Invalid username or token. Password authentication is not supported for Git operations.",
)
neg(
    "pg auth error",
    'psql: error: FATAL:  password authentication failed for user "relay_app"\nDETAIL: Connection matched file "/etc/postgresql/17/main/pg_hba.conf" line 118',
)
neg("ssh prompt", "mlind@box's password: \nPermission denied, please try again.\nsudo: a password is required")
neg(
    "regex for tokens",
    "PATTERN = re.compile(r'(?i)(?:password|secret|token)\\s*[:=]\\s*[\"\\']?([A-Za-z0-9_\\-]{16,64})')\nGHP = r'ghp_[A-Za-z0-9]{36}'",
)
neg(
    "long slug url",
    "https://blog.kestrelworks.io/2026/02/how-we-moved-four-hundred-services-to-short-lived-tokens-without-downtime-part-2",
)
neg("github permalink", "https://github.com/harborline/relay/blob/" + hx(40) + "/src/auth/token_store.rs#L118-L140")
neg("npm dist url", "https://cdn.jsdelivr.net/npm/jwt-decode@4.0.0/build/esm/index.min.js")
neg(
    "hashed assets",
    "dist/assets/PasswordForm-"
    + us(8)
    + ".js    18.42 kB │ gzip: 6.11 kB\ndist/assets/index-"
    + us(8)
    + ".css    4.90 kB │ gzip: 1.60 kB",
)
neg(
    "jest snapshot",
    'exports[`LoginForm renders password field 1`] = `\n<input\n  autoComplete="current-password"\n  id="password"\n  type="password"\n/>\n`;',
)
neg(
    "html form",
    '<label for="pw">Password</label><input id="pw" name="password" type="password" minlength="12" autocomplete="new-password" required>',
)
neg("iso times", "token_expires_at=2026-07-19T21:04:11.482913+00:00 password_changed_at=2026-01-02T03:04:05Z")
neg("versions", "cryptography 46.0.3\nPyJWT 2.10.1\nkeyring 25.7.0\npassword-strength 0.0.3.post2\nsecretstorage 3.5.0")
neg(
    "cli help",
    "  --token TOKEN          API token (env: RELAY_TOKEN)\n  --password PASSWORD    database password; '-' reads stdin\n  --api-key-file FILE    file that holds the key",
)
neg("man usage", "usage: relayctl login [-u USER] [-p PASSWORD | --password-stdin] [--secret-ref NAME] HOST")
neg(
    "file paths",
    "/etc/ssl/private/relay.key\n/run/secrets/db_password\n~/.config/gcloud/application_default_credentials.json\n~/.aws/credentials",
)
neg(
    "secret file refs",
    "environment:\n  POSTGRES_PASSWORD_FILE: /run/secrets/db_password\nsecrets:\n  db_password:\n    external: true",
)
neg(
    "op reference",
    "DATABASE_PASSWORD=op://Infra/relay-db/password\nAPI_KEY=vault:secret/data/relay#api_key\nTOKEN=awssm://prod/relay/token",
)
neg(
    "grep output",
    "src/auth.ts:41:  if (!user.password) throw new MissingPasswordError()\nsrc/auth.ts:77:  const token = await issueToken(user.id)\nsrc/config.rs:12:    pub api_key: Option<SecretString>,",
)
neg(
    "sql schema",
    "CREATE TABLE users (id uuid PRIMARY KEY, email citext NOT NULL, password_hash text NOT NULL, reset_token_expires_at timestamptz);",
)
neg("migration names", "20260211093014_add_password_reset_tokens.sql\n20260302110755_drop_legacy_api_keys.sql")
neg("ethereum addresses", "Deployed to: 0x" + hx(40) + "\nTransaction hash: 0x" + hx(64))
neg("ipfs cid", "bafybei" + pick(string.ascii_lowercase + "234567", 52) + "  pinned")
neg("nix store path", "/nix/store/" + pick("0123456789abcdfghijklmnpqrsvwxyz", 32) + "-openssl-3.6.0/bin/openssl")
neg(
    "nix sri",
    'src = fetchFromGitHub {\n  owner = "getsops";\n  repo = "sops";\n  rev = "v3.11.0";\n  hash = "sha256-'
    + b64(32)
    + '";\n};',
)
neg(
    "etag headers",
    'etag: W/"'
    + hx(40)
    + "\"\nlast-modified: Wed, 11 Feb 2026 09:00:00 GMT\ncontent-security-policy: script-src 'sha256-"
    + b64(32)
    + "'",
)
neg("ulid and nanoid", "job " + "01K" + pick(CROCK, 23) + " queued; parent 01K" + pick(CROCK, 23))
neg(
    "phone and isbn numbers",
    "Tel. +49 30 " + dg(8) + ", ISBN 978-3-" + dg(4) + "-" + dg(4) + "-7, Auftrag 2026-" + dg(6),
)
neg(
    "hexdump",
    "00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|\n00000010  03 00 b7 00 01 00 00 00  40 8d 00 00 00 00 00 00  |........@.......|",
)
neg(
    "bundle identifiers",
    "io.kestrelworks.relay.PasswordAutoFillExtension 4.2.0 (20260211.3)\ncom.apple.security.application-groups",
)
neg(
    "java stack",
    "org.springframework.security.authentication.BadCredentialsException: Bad credentials\n\tat o.s.s.a.dao.DaoAuthenticationProvider.additionalAuthenticationChecks(DaoAuthenticationProvider.java:79)",
)
neg(
    "i18n keys",
    '{"login.password.label":"Passwort","login.password.forgot":"Passwort vergessen?","settings.apiKey.hint":"Schlüssel nie weitergeben","token":"Zeichen"}',
)
