# mypy: ignore-errors
"""Fresh exam texts for a secret redactor: FORMS holds (family, text, secret) and NEGATIVES holds (what, text).
Every credential is made at import by a seeded random generator, so none of them was ever valid anywhere."""

import base64
import hashlib
import json
import random
import string
import textwrap
import urllib.parse
import uuid

R = random.Random(20260719)
ALNUM = string.ascii_letters + string.digits
LOWNUM = string.ascii_lowercase + string.digits
UPNUM = string.ascii_uppercase + string.digits
B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CROCK = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

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


def b32(n):
    return pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", n)


def uid():
    return str(uuid.UUID(int=R.getrandbits(128), version=4))


def us(n):
    return pick(ALNUM + "_-", n - 1) + pick(ALNUM, 1)


WORDS = "Otter Lantern Quartz Bramble Copper Falcon Harbor Juniper Kestrel Marble Nickel Orchid Pepper Raven Saddle Timber Velvet Walnut Zephyr Cobalt".split()


def pw(sep="-", end="!"):
    return R.choice(WORDS) + sep + dg(2) + R.choice(WORDS).lower() + sep + an(3) + end


def pwx(n=16, extra="!#%+=_-"):
    core = [R.choice(ALNUM) for _ in range(n - 2)]
    for c in (R.choice(extra), R.choice(string.digits)):
        core.insert(R.randrange(1, len(core)), c)
    return "".join(core)


def b58(data):
    n = int.from_bytes(data, "big")
    out = ""
    while n:
        n, r = divmod(n, 58)
        out = B58[r] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def b58check(data):
    return b58(data + hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4])


def seg(obj):
    return base64.urlsafe_b64encode(json.dumps(obj, separators=(",", ":")).encode()).decode().rstrip("=")


def jwt(payload, alg="HS256", sig=32):
    return seg({"alg": alg, "typ": "JWT"}) + "." + seg(payload) + "." + b64u(sig)


def pem(nbytes, width=64, prefix=b""):
    return textwrap.wrap(base64.b64encode(prefix + raw(nbytes)).decode(), width)


SEEDW = (
    "abandon ability velvet tobacco zebra cargo lumber onion garment picture quantum ritual saddle tunnel umbrella "
    "violin wagon yellow anchor breeze canyon dolphin ethics fabric glimpse hybrid insect jungle kidney ladder "
    "magnet noodle orbit pistol rabbit salmon tackle unveil vacuum walnut album bamboo cactus dinosaur eagle "
    "fatigue gallery hammer idle jaguar kitten lobster maple nephew oyster parrot rocket sphere turtle upset"
).split()


def seed(n):
    return " ".join(R.sample(SEEDW, n))


def F(family, text, secret, **kw):
    text = text.strip("\n")
    for k, v in kw.items():
        text = text.replace("⟦" + k + "⟧", v)
    FORMS.append((family, text.replace("⟦s⟧", secret), secret))


def N(what, text, **kw):
    text = text.strip("\n")
    for k, v in kw.items():
        text = text.replace("⟦" + k + "⟧", v)
    NEGATIVES.append((what, text))


# ---------------------------------------------------------------- AI providers
F(
    "anthropic",
    r"""
     1→# local overrides, never commit
     2→LOG_LEVEL=debug
     3→ANTHROPIC_API_KEY=⟦s⟧
     4→ANTHROPIC_MODEL=claude-opus-4-5
""",
    "sk-ant-api03-" + us(93) + "AA",
)
F(
    "anthropic",
    r"""
$ cat ~/.claude/.credentials.json
{"claudeAiOauth":{"accessToken":"⟦a⟧","refreshToken":"⟦s⟧","expiresAt":1784451200000,"scopes":["user:inference","user:profile"],"subscriptionType":"max"}}
""",
    "sk-ant-ort01-" + us(93) + "AA",
    a="sk-ant-oat01-" + us(93) + "AA",
)
F(
    "openai",
    r"""
openai.AuthenticationError: Error code: 401 - request was:
POST https://llm-gw.corp.example/v1/responses
  headers={'authorization': 'Bearer ⟦s⟧', 'openai-organization': 'org-⟦o⟧', 'content-type': 'application/json'}
""",
    "sk-proj-" + us(74) + "T3BlbkFJ" + us(74),
    o=an(24),
)
F(
    "openai",
    r"""
⏺ Bash(cat ~/.codex/auth.json | jq .)
  ⎿  {
       "OPENAI_API_KEY": null,
       "tokens": {
         "account_id": "⟦i⟧",
         "refresh_token": "⟦s⟧"
       },
       "last_refresh": "2026-05-11T08:14:02.118Z"
     }
""",
    "rt_" + us(43) + "." + us(43),
    i=uid(),
)
F(
    "gemini",
    r"""
curl -s "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-pro:generateContent?key=⟦s⟧" -d @req.json | jq '.candidates[0]'
""",
    "AIza" + "Sy" + us(33),
)
F(
    "gemini",
    r"""
> my gemini key from the express signup is ⟦s⟧ , put it in the settings so that `gemini -p` stops asking me to log in
""",
    "AQ.Ab8RN6" + us(44),
)
F(
    "huggingface",
    r"""
$ hf auth login --add-to-git-credential --token ⟦s⟧
Token is valid (permission: fineGrained).
The token `train-box` has been saved to ~/.cache/huggingface/stored_tokens
""",
    "hf_" + pick(string.ascii_letters, 34),
)
F(
    "mistral",
    r"""
# ~/.config/io.datasette.llm/keys.json
{
  "// Note": "This file stores secret API credentials. Do not share!",
  "mistral": "⟦s⟧"
}
""",
    an(32),
)
F(
    "elevenlabs",
    r"""
curl -X POST https://api.elevenlabs.io/v1/text-to-speech/⟦v⟧ \
  -H 'xi-api-key: ⟦s⟧' -H 'Content-Type: application/json' \
  -d '{"text":"hello","model_id":"eleven_v3"}' -o out.mp3
""",
    "sk_" + hx(48),
    v=an(20),
)
F(
    "wandb",
    r"""
$ cat ~/.netrc
machine api.wandb.ai
  login user
  password ⟦s⟧
""",
    hx(40),
)
F(
    "mcp-config",
    r"""
{
  "mcpServers": {
    "search": {
      "command": "npx",
      "args": ["-y", "tavily-mcp@latest"],
      "env": { "TAVILY_API_KEY": "⟦s⟧" }
    }
  }
}
""",
    "tvly-dev-" + an(32),
)
F(
    "mcp-config",
    r"""
$ claude mcp add --transport http tracker https://mcp.corp.example/sse --header "X-Api-Key: ⟦s⟧"
Added HTTP MCP server tracker to local config
""",
    us(44),
)
F(
    "mcp-args",
    r"""
{"type":"tool_use","id":"toolu_01⟦i⟧","name":"mcp__browser__browser_type","input":{"element":"Password textbox","ref":"e41","text":"⟦s⟧","submit":true}}
""",
    pw("_", "#"),
    i=an(22),
)
F(
    "mcp-args",
    r"""
[mcp] -> tools/call postgres.connect {"host":"pg-main.corp.example","port":5432,"user":"reporting","password":"⟦s⟧","database":"dwh"}
[mcp] <- ok connection_id=7
""",
    pwx(18),
)

# ---------------------------------------------------------------- clouds
F(
    "aws",
    r"""
$ env | sort | grep -i aws
AWS_ACCESS_KEY_ID=AKIA⟦k⟧
AWS_DEFAULT_REGION=eu-central-1
AWS_SECRET_ACCESS_KEY=⟦s⟧
""",
    pick(ALNUM + "+/", 40),
    k=b32(16),
)
F(
    "aws",
    r"""
{
    "Credentials": {
        "AccessKeyId": "ASIA⟦k⟧",
        "SecretAccessKey": "⟦x⟧",
        "SessionToken": "⟦s⟧",
        "Expiration": "2026-03-18T19:02:11+00:00"
    }
}
""",
    "IQoJb3JpZ2luX2VjE" + b64(210),
    k=b32(16),
    x=pick(ALNUM + "+/", 40),
)
F(
    "aws-iam-table",
    r"""
-------------------------------------------------------------------
|                         CreateAccessKey                         |
+-----------------------------------------------------------------+
||                           AccessKey                           ||
|+------------------+--------------------------------------------+|
||  AccessKeyId     |  AKIA⟦k⟧                      ||
||  SecretAccessKey |  ⟦s⟧  ||
||  Status          |  Active                                    ||
||  UserName        |  ci-uploader                               ||
""",
    pick(ALNUM + "+/", 40),
    k=b32(16),
)
F(
    "presigned-url",
    r"""
wget "https://build-artifacts.s3.eu-west-1.amazonaws.com/rel/app.tgz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260412T101500Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=⟦s⟧&X-Amz-Signature=⟦g⟧"
""",
    urllib.parse.quote("FwoGZXIvYXdzE" + b64(120), safe=""),
    g=hx(64),
)
F(
    "azure-storage",
    r"""
AzureWebJobsStorage: "DefaultEndpointsProtocol=https;AccountName=stprodmedia;AccountKey=⟦s⟧;EndpointSuffix=core.windows.net"
""",
    b64(64),
)
F(
    "azure-storage",
    r"""
azcopy copy './dump' 'https://stbackup01.blob.core.windows.net/nightly?sv=2025-01-05&ss=b&srt=co&sp=rwl&se=2026-12-31T00:00:00Z&spr=https&sig=⟦s⟧' --recursive
""",
    urllib.parse.quote(b64(32), safe=""),
)
F(
    "azure-ad",
    r"""
$ az ad sp create-for-rbac -n deploy-bot --role contributor --scopes /subscriptions/⟦u⟧
{
  "appId": "⟦a⟧",
  "displayName": "deploy-bot",
  "password": "⟦s⟧",
  "tenant": "⟦t⟧"
}
""",
    an(3) + "8Q~" + us(34),
    u=uid(),
    a=uid(),
    t=uid(),
)
F(
    "azure-devops",
    r"""
git -c http.extraheader="AUTHORIZATION: basic ⟦s⟧" fetch --depth=1 https://dev.azure.com/contoso-it/core/_git/core
""",
    base64.b64encode((":" + ln(52)).encode()).decode(),
)
F(
    "azure-bus",
    r"""
fail: Worker[0] Could not open Endpoint=sb://orders-prd.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=⟦s⟧ : TimeoutException after 60s
""",
    b64(32),
)
_k = base64.b64encode(raw(1190)).decode()
_k = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + _k
_kl = textwrap.wrap(_k, 64)
F(
    "gcp-service-account",
    json.dumps(
        {
            "type": "service_account",
            "project_id": "telemetry-441207",
            "private_key_id": hx(40),
            "private_key": "-----BEGIN PRIVATE KEY-----\n" + "\n".join(_kl) + "\n-----END PRIVATE KEY-----\n",
            "client_id": dg(21),
            "token_uri": "https://oauth2.googleapis.com/token",
        },
        indent=2,
    ),
    _kl[7],
)
F(
    "gcp-oauth",
    r"""
{"installed":{"client_id":"⟦d⟧-⟦l⟧.apps.googleusercontent.com","project_id":"sheets-sync","client_secret":"⟦s⟧","redirect_uris":["http://localhost"]}}
""",
    "GOCSPX-" + us(28),
    d=dg(12),
    l=ln(32),
)
F(
    "gcp-oauth",
    r"""
$ gcloud auth print-access-token
⟦s⟧
$ gcloud config get project
telemetry-441207
""",
    "ya29.a0" + us(190),
)
F(
    "rclone",
    r"""
[drive]
type = drive
scope = drive.readonly
token = {"access_token":"ya29.⟦a⟧","token_type":"Bearer","refresh_token":"⟦s⟧","expiry":"2026-01-29T14:41:10.51+01:00"}
""",
    "1//0" + us(98),
    a=us(160),
)
F(
    "oracle-cloud",
    r"""
[DEFAULT]
user=ocid1.user.oc1..aaaaaaaa⟦u⟧
fingerprint=⟦f⟧
key_file=~/.oci/oci_api_key.pem
pass_phrase=⟦s⟧
region=eu-frankfurt-1
""",
    pw(".", ""),
    u=ln(52),
    f=":".join(hx(2) for _ in range(16)),
)

# ---------------------------------------------------------------- CDN / DNS
F(
    "cloudflare",
    r"""
wrangler: Authentication error [code: 10000] while calling /accounts/⟦a⟧/pages/projects (CLOUDFLARE_API_TOKEN=⟦s⟧)
""",
    us(40),
    a=hx(32),
)
F(
    "cloudflare",
    r"""
● cloudflared.service - cloudflared
     Active: active (running) since Mon 2026-04-06 07:12:09 UTC
   Main PID: 871 (cloudflared)
     CGroup: /system.slice/cloudflared.service
             └─871 /usr/bin/cloudflared --no-autoupdate tunnel run --token ⟦s⟧
""",
    base64.b64encode(json.dumps({"a": hx(32), "t": uid(), "s": b64(32)}, separators=(",", ":")).encode()).decode(),
)
F(
    "bind-tsig",
    r"""
key "acme-update" {
    algorithm hmac-sha256;
    secret "⟦s⟧";
};
zone "corp.example" { type primary; allow-update { key acme-update; }; };
""",
    b64(32),
)
F(
    "registrar",
    r"""
curl -sX PUT "https://api.godaddy.com/v1/domains/corp.example/records/TXT/_acme-challenge" -H "Authorization: sso-key ⟦k⟧:⟦s⟧" -d '[{"data":"x"}]'
""",
    an(22),
    k=an(12) + "_" + an(22),
)
F(
    "duckdns",
    r"""
*/5 * * * * curl -fsS "https://www.duckdns.org/update?domains=mylab&token=⟦s⟧&ip=" >/dev/null
""",
    uid(),
)

# ---------------------------------------------------------------- kubernetes and containers
_kk = base64.b64encode(b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.b64encode(raw(300))).decode()
F(
    "kubeconfig",
    r"""
users:
- name: admin@prod
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t⟦c⟧
    client-key-data: ⟦s⟧
""".replace("admin@prod", "prod-admin"),
    _kk,
    c=b64(60).rstrip("="),
)
F(
    "kubeconfig",
    r"""
$ kubectl --server=https://k8s.corp.example:6443 --insecure-skip-tls-verify --token=⟦s⟧ get nodes
error: You must be logged in to the server (Unauthorized)
""",
    jwt(
        {
            "iss": "kubernetes/serviceaccount",
            "kubernetes.io/serviceaccount/namespace": "kube-system",
            "sub": "system:serviceaccount:kube-system:admin",
        },
        "RS256",
        256,
    ),
)
F(
    "k8s-secret",
    r"""
apiVersion: v1
kind: Secret
metadata:
  name: pg-creds
  namespace: billing
type: Opaque
data:
  username: YmlsbGluZw==
  password: ⟦s⟧
""",
    base64.b64encode(pwx(21).encode()).decode(),
)
F(
    "k8s-secret",
    r"""
$ kubectl -n argocd get secret argocd-initial-admin-secret -o jsonpath='{.data.password}' | base64 -d; echo
⟦s⟧
""",
    an(16),
)
F(
    "helm",
    r"""
helm upgrade --install pg oci://charts.corp.example/postgresql -n data --set auth.postgresPassword=⟦s⟧,primary.persistence.size=50Gi --wait
""",
    pwx(18, "_-+"),
)
F(
    "k3s",
    r"""
curl -sfL https://get.k3s.corp.example | K3S_URL=https://cp1.corp.example:6443 K3S_TOKEN=⟦s⟧ sh -
""",
    "K10" + hx(64) + "::server:" + hx(32),
)
F(
    "kubeadm",
    r"""
Then you can join any number of worker nodes by running the following on each as root:

kubeadm join cp.corp.example:6443 --token ⟦s⟧ \
        --discovery-token-ca-cert-hash sha256:⟦h⟧
""",
    ln(6) + "." + ln(16),
    h=hx(64),
)
F(
    "docker-auth",
    r"""
{
	"auths": {
		"images.corp.example": {
			"auth": "⟦s⟧"
		}
	}
}
""",
    base64.b64encode(("deployer:" + pwx(20)).encode()).decode(),
)
F(
    "docker-auth",
    r"""
$ docker login -u cibot -p ⟦s⟧
WARNING! Using --password via the CLI is insecure. Use --password-stdin.
Login Succeeded
""",
    "dckr_pat_" + us(27),
)
F(
    "docker-inspect",
    r"""
$ docker inspect wiki-db --format '{{json .Config.Env}}'
["MARIADB_DATABASE=wiki","MARIADB_USER=wiki","MARIADB_ROOT_PASSWORD=⟦s⟧","PATH=/usr/local/sbin:/usr/bin","GOSU_VERSION=1.17"]
""",
    pwx(19),
)
F(
    "docker-swarm",
    r"""
To add a manager to this swarm, run the following command:

    docker swarm join --token ⟦s⟧ mgr0.corp.example:2377
""",
    "SWMTKN-1-" + ln(50) + "-" + ln(25),
)
F(
    "dockerfile",
    r"""
FROM node:24-alpine
ARG NPM_TOKEN=⟦s⟧
RUN echo "//npm.corp.example/:_authToken=${NPM_TOKEN}" > .npmrc && npm ci
""",
    "npm_" + an(36),
)

# ---------------------------------------------------------------- IaC and secret managers
F(
    "terraform",
    r"""
          "type": "random_password",
          "name": "rds_master",
          "instances": [{ "schema_version": 3, "attributes": { "bcrypt_hash": "", "length": 24, "result": "⟦s⟧", "special": true } }]
""",
    pwx(24, "!#%*_=+"),
)
F(
    "ansible",
    r"""
[db:vars]
ansible_user=ops
ansible_ssh_pass=⟦a⟧
ansible_become_password=⟦s⟧
""",
    pwx(15, "!_-"),
    a=pwx(15, "!_-"),
)
F(
    "ansible",
    r"""
changed: [web03] => {"changed": true, "cmd": ["htpasswd", "-bB", "/etc/nginx/.htpasswd", "metrics", "⟦s⟧"], "delta": "0:00:00.412", "rc": 0, "stdout": "Updating password for user metrics"}
""",
    pw("", "%"),
)
F(
    "pulumi",
    r"""
$ pulumi config --show-secrets
KEY                VALUE
aws:region         eu-north-1
shop:replicas      3
shop:dbPassword    ⟦s⟧
""",
    pwx(22),
)
F(
    "vault",
    r"""
$ vault token lookup -format=json | jq -r .data.id
⟦s⟧
$ vault kv get -mount=secret app
""",
    "hvs.CAESI" + us(86),
)
F(
    "vault",
    r"""
Unseal Key 1: ⟦s⟧
Unseal Key 2: ⟦b⟧
Unseal Key 3: ⟦c⟧

Vault initialized with 3 key shares and a key threshold of 2.
""",
    b64(33),
    b=b64(33),
    c=b64(33),
)
F(
    "consul",
    r"""
$ consul acl bootstrap
AccessorID:       ⟦a⟧
SecretID:         ⟦s⟧
Description:      Bootstrap Token (Global Management)
Local:            false
Policies:
   00000000-0000-0000-0000-000000000001 - global-management
""",
    uid(),
    a=uid(),
)
F(
    "onepassword",
    r"""
OP_SERVICE_ACCOUNT_TOKEN=⟦s⟧ op read "op://Infra/grafana/admin"
""",
    "ops_" + "eyJzaWduSW5BZGRyZXNzIjoi" + us(220),
)
F(
    "onepassword",
    r"""
$ op item get "Core switch" --reveal
ID:          ⟦i⟧
Title:       Core switch
Vault:       Network (⟦v⟧)
Fields:
  username:    netops
  password:    ⟦s⟧
""",
    pwx(17, "!.@-_*"),
    i=ln(26),
    v=ln(26),
)
F(
    "bitwarden",
    r"""
Your vault is now unlocked!

To unlock your vault, set your session key to the `BW_SESSION` environment variable. ex:
$ export BW_SESSION="⟦s⟧"
""",
    b64(64),
)
F(
    "pass-store",
    r"""
$ pass show servers/backup-nas
⟦s⟧
login: root
url: https://nas.corp.example:5001
""",
    pwx(22, "!#%+_-;"),
)
F(
    "keychain",
    r"""
$ security find-generic-password -s "jira-cli" -w
⟦s⟧
""",
    "ATATT3xFfGF0" + us(170) + "=" + un(8),
)
F(
    "sops-age",
    r"""
# created: 2026-01-04T17:31:50+01:00
# public key: age1⟦p⟧
⟦s⟧
""",
    "AGE-SECRET-KEY-1" + pick("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    p=pick("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58),
)

# ---------------------------------------------------------------- source forges and trackers
F(
    "github",
    r"""
$ git remote -v
origin  https://x-access-token:⟦s⟧@github.com/acme-infra/tools.git (fetch)
origin  https://x-access-token:⟦s⟧@github.com/acme-infra/tools.git (push)
""",
    "ghs_" + an(36),
)
F(
    "github",
    r"""
github.com
  ✓ Logged in to github.com account build-svc (~/.config/gh/hosts.yml)
  - Active account: true
  - Git operations protocol: https
  - Token: ⟦s⟧
""",
    "github_pat_11" + un(20) + "_" + an(59),
)
F(
    "gitlab",
    r"""
gitlab-runner register --non-interactive --url https://git.corp.example --token ⟦s⟧ --executor docker --docker-image alpine:3.21
""",
    "glrt-t1_" + us(20),
)
F(
    "gitlab",
    r"""
fatal: unable to access 'https://oauth2:⟦s⟧@git.corp.example/platform/api.git/': The requested URL returned error: 403
""",
    "glpat-" + us(20),
)
F(
    "bitbucket",
    r"""
pip install "git+https://ci-reader:⟦s⟧@bitbucket.org/acme/libauth.git#egg=libauth"
""",
    "ATBB" + an(32),
)
F(
    "notion",
    r"""
{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"NOTION_TOKEN=⟦s⟧ node sync.mjs --dry-run\"],\"workdir\":\"/srv/sync\"}"}
""",
    "ntn_" + dg(11) + an(35),
)

# ---------------------------------------------------------------- chat
F(
    "slack",
    r"""
const app = new App({
  token: '⟦s⟧',
  socketMode: true,
  appToken: process.env.SLACK_APP_TOKEN,
});
""",
    "xoxb-" + dg(12) + "-" + dg(13) + "-" + an(24),
)
F(
    "slack",
    r"""
alertmanager.yml:14:      - api_url: https://hooks.slack.com/services/T⟦t⟧/B⟦b⟧/⟦s⟧
""",
    an(24),
    t=un(10),
    b=un(10),
)
F(
    "discord",
    r"""
requests.post("https://discord.com/api/webhooks/⟦d⟧/⟦s⟧", json={"content": "deploy done"})
""",
    us(68),
    d=dg(19),
)
F(
    "telegram",
    r"""
httpx.HTTPStatusError: Client error '409 Conflict' for url 'https://api.telegram.org/bot⟦s⟧/getUpdates'
""",
    dg(10) + ":AA" + us(33),
)
F(
    "matrix",
    r"""
{"user_id":"@bot:chat.corp.example","access_token":"⟦s⟧","device_id":"⟦d⟧","home_server":"chat.corp.example"}
""",
    "syt_" + "Ym90" + "_" + pick(string.ascii_letters, 20) + "_" + an(6),
    d=pick(string.ascii_uppercase, 10),
)

# ---------------------------------------------------------------- payment
F(
    "stripe",
    r"""
$ stripe listen --forward-to localhost:4242/hook
> Ready! You are using Stripe API Version [2026-02-25]. Your webhook signing secret is ⟦s⟧ (^C to quit)
""",
    "whsec_" + hx(64),
)
F(
    "stripe",
    r"""
irb(main):002> Stripe.api_key
=> "⟦s⟧"
irb(main):003> Stripe::Balance.retrieve.available.first.amount
=> 1204410
""",
    "rk_live_51" + an(97),
)
F(
    "paypal",
    r"""
curl -u "A⟦c⟧:⟦s⟧" -d grant_type=client_credentials https://api-m.paypal.com/v1/oauth2/token
""",
    "E" + us(79),
    c=us(79),
)

# ---------------------------------------------------------------- wallets
F(
    "seed-phrase",
    r"""
> restore the test wallet in the simulator, the recovery phrase is: ⟦s⟧
""",
    seed(12),
)
F(
    "seed-phrase",
    r"""
module.exports = {
  networks: {
    mainnet: { accounts: { mnemonic: "⟦s⟧", path: "m/44'/60'/0'/0" } },
  },
};
""",
    seed(24),
)
F(
    "eth-key",
    r"""
forge script script/Deploy.s.sol --rpc-url https://rpc.corp.example --private-key ⟦s⟧ --broadcast
""",
    "0x" + hx(64),
)
F(
    "eth-key",
    r"""
Successfully created new keypair.
Address:     0x⟦a⟧
Private key: ⟦s⟧
""",
    "0x" + hx(64),
    a=hx(40),
)
F(
    "solana",
    r"""
$ cat ~/.config/solana/id.json
⟦s⟧
$ solana balance
4.2 SOL
""",
    "[" + ",".join(str(x) for x in raw(64)) + "]",
)
F(
    "bitcoin",
    r"""
bitcoin-cli importprivkey "⟦s⟧" "cold-2" false
""",
    b58check(b"\x80" + raw(32) + b"\x01"),
)
F(
    "bitcoin",
    r"""
BIP32 Root Key
⟦s⟧
Derivation path m/84'/0'/0'
""",
    b58check(bytes.fromhex("0488ade4") + b"\0" * 9 + raw(32) + b"\0" + raw(32)),
)

# ---------------------------------------------------------------- telephony
F(
    "twilio",
    r"""
  File "notify.py", line 18, in <module>
    client = Client("AC⟦a⟧", "⟦s⟧")
twilio.base.exceptions.TwilioRestException: HTTP 401 error: Unable to create record: Authenticate
""",
    hx(32),
    a=hx(32),
)
F(
    "sip",
    r"""
[trunk-auth]
type=auth
auth_type=userpass
username=0049301234
password=⟦s⟧
""",
    an(14),
)

# ---------------------------------------------------------------- mail
F(
    "sendgrid",
    r"""
        Authorization: Bearer ⟦s⟧
        User-Agent: sendgrid/8.1.4;nodejs
        Content-Length: 612
""",
    "SG." + us(22) + "." + us(43),
)
F(
    "mail-api",
    r"""
| Service   | Env name             | Value                                   |
|-----------|----------------------|-----------------------------------------|
| Mailchimp | MAILCHIMP_API_KEY    | ⟦s⟧   |
| Mailchimp | MAILCHIMP_LIST_ID    | 9f2c11d0aa                              |
""",
    hx(32) + "-us21",
)
F(
    "smtp",
    r"""
MAILER_DSN=smtp://noreply%40corp.example:⟦s⟧@smtp.corp.example:587
""",
    urllib.parse.quote(pwx(14, "#%&") + "/" + an(2), safe=""),
)
F(
    "smtp",
    r"""
S: 250-AUTH LOGIN PLAIN
C: AUTH PLAIN ⟦s⟧
S: 235 2.7.0 Authentication successful
""",
    base64.b64encode(("\0mailer\0" + pwx(16)).encode()).decode(),
)
F(
    "msmtp",
    r"""
account gmail
host smtp.gmail.com
user reports.acme@gmail.com
password "⟦s⟧"
""",
    " ".join(pick(string.ascii_lowercase, 4) for _ in range(4)),
)

# ---------------------------------------------------------------- monitoring
F(
    "sentry",
    r"""
[auth]
token=⟦s⟧

[defaults]
org=acme
""",
    "sntrys_"
    + base64.b64encode(b'{"iat":1771000000.1,"url":"https://sentry.io","org":"acme"}').decode().rstrip("=")
    + "_"
    + b64(32).rstrip("="),
)
F(
    "grafana",
    r"""
time=2026-06-01T06:00:04Z level=warn msg="remote write failed" url=https://prom.corp.example/api/push status=401 authorization="Bearer ⟦s⟧"
""",
    "glsa_" + an(32) + "_" + hx(8),
)
F(
    "splunk",
    r"""
curl -k https://splunk.corp.example:8088/services/collector/event -H 'Authorization: Splunk ⟦s⟧' -d '{"event":"ping"}'
""",
    uid(),
)

# ---------------------------------------------------------------- identity
F(
    "okta",
    r"""
> GET /api/v1/users?limit=1 HTTP/2
> Host: acme.okta.com
> Authorization: SSWS ⟦s⟧
< HTTP/2 401
""",
    "00" + us(40),
)
F(
    "ldap",
    r"""
ldapsearch -x -H ldaps://dc1.corp.example -D "cn=svc-jenkins,ou=svc,dc=corp,dc=example" -w '⟦s⟧' -b dc=corp,dc=example '(uid=*)' dn
""",
    pwx(16, "!#*"),
)
F(
    "jwt",
    r"""
localStorage.setItem("access_token", "⟦s⟧"); location.reload();
""",
    jwt({"sub": dg(6), "role": "admin", "iat": 1770000000, "exp": 1999999999}),
)
F(
    "totp",
    r"""
Scan this QR or paste the URI: otpauth://totp/Acme:root?secret=⟦s⟧&issuer=Acme&digits=6&period=30
""",
    b32(32),
)

# ---------------------------------------------------------------- web frameworks
F(
    "django",
    r"""
# SECURITY WARNING: keep the secret key used in production secret!
SECRET_KEY = 'django-insecure-⟦s⟧'
DEBUG = False
""",
    pick(string.ascii_lowercase + string.digits + "!@#%^&*(-_=+)", 50),
)
F(
    "cookie",
    r"""
curl 'https://wiki.corp.example/api/pages' -H 'accept: application/json' -b 'lang=en; sessionid=⟦s⟧; csrftoken=⟦c⟧' --compressed
""",
    ln(32),
    c=an(32),
)
F(
    "cookie",
    r"""
< HTTP/1.1 302 Found
< Location: /dashboard
< Set-Cookie: connect.sid=⟦s⟧; Path=/; HttpOnly; Secure; SameSite=Lax
""",
    "s%3A" + us(32) + "." + urllib.parse.quote(b64(32).rstrip("="), safe=""),
)

# ---------------------------------------------------------------- databases
F(
    "mongodb",
    r"""
MongoServerError: bad auth : authentication failed
    at new MongoClient (mongodb+srv://appuser:⟦s⟧@cluster0.a1b2c.mongodb.net/shop?retryWrites=true)
""",
    an(16),
)
F(
    "mysql",
    r"""
$ mysqldump -h db2.corp.example -u root -p⟦s⟧ --single-transaction crm | gzip > crm.sql.gz
mysqldump: [Warning] Using a password on the command line interface can be insecure.
""",
    pwx(15, "_+="),
)
F(
    "postgres",
    r"""
$ cat ~/.pgpass
pg.corp.example:5432:*:etl:⟦s⟧
""",
    pwx(18, "_!-"),
)
F(
    "postgres",
    r"""
ALTER ROLE replicator WITH LOGIN REPLICATION PASSWORD '⟦s⟧' VALID UNTIL '2027-01-01';
""",
    pwx(20, "_!-"),
)
F(
    "mssql",
    r"""
"ConnectionStrings": {
  "Default": "Server=tcp:sql01.corp.example,1433;Database=erp;User ID=sa;Password=⟦s⟧;Encrypt=True;TrustServerCertificate=True"
}
""",
    pw("", "#"),
)
F(
    "redis",
    r"""
redis-cli -u rediss://default:⟦s⟧@cache.corp.example:6380 ping
PONG
""",
    an(44),
)
F(
    "databricks",
    r"""
$ databricks configure --host https://adb-7712.4.azuredatabricks.net
✔ Databricks token: ⟦s⟧
""",
    "dapi" + hx(32) + "-2",
)
F(
    "elastic",
    r"""
curl -H "Authorization: ApiKey ⟦s⟧" "https://es.corp.example:9200/_cat/indices?v"
""",
    base64.b64encode((us(20) + ":" + us(22)).encode()).decode(),
)
F(
    "kafka",
    r"""
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="orders" password="⟦s⟧";
""",
    an(24),
)

# ---------------------------------------------------------------- package managers and hosting
F(
    "npmrc",
    r"""
@acme:registry=https://npm.corp.example/
//npm.corp.example/:username=ci
//npm.corp.example/:_password="⟦s⟧"
always-auth=true
""",
    base64.b64encode(pwx(20).encode()).decode(),
)
F(
    "pypi",
    r"""
uv publish --publish-url https://pkgs.corp.example/legacy/ --token ⟦s⟧ dist/*
""",
    "pypi-AgEIcHlwaS5vcmc" + us(150),
)
F(
    "maven",
    r"""
<server>
  <id>releases</id>
  <username>deployer</username>
  <password>⟦s⟧</password>
</server>
""",
    pwx(18, "!_-"),
)
F(
    "fly",
    r"""
flyctl deploy --remote-only -t "⟦s⟧"
""",
    "FlyV1 fm2_" + b64(240),
)

# ---------------------------------------------------------------- CI
F(
    "ci-log",
    r"""
2026-05-20T09:11:47.1120034Z ##[group]Run ./scripts/release.sh
2026-05-20T09:11:47.1175519Z env:
2026-05-20T09:11:47.1175702Z   NODE_VERSION: 22
2026-05-20T09:11:47.1175910Z   COSIGN_PASSWORD: ⟦s⟧
2026-05-20T09:11:47.1176101Z ##[endgroup]
""",
    pwx(20, "!_-"),
)
F(
    "jenkins",
    r"""
java -jar jenkins-cli.jar -s https://ci.corp.example/ -auth builder:⟦s⟧ build nightly -f -v
""",
    "11" + hx(32),
)
F(
    "xtrace",
    r"""
+ set -o pipefail
+ curl -fsSL -u 'artifacts:⟦s⟧' -T build/app-2.4.1.deb https://repo.corp.example/apt/
+ echo uploaded
""",
    pwx(17, "!_%"),
)

# ---------------------------------------------------------------- network gear and VPN
F(
    "wireguard",
    r"""
[Interface]
PrivateKey = ⟦s⟧
Address = fd00:77::2/64

[Peer]
PublicKey = ⟦p⟧
AllowedIPs = ::/0
""",
    b64(32),
    p=b64(32),
)
F(
    "wifi",
    r"""
network={
    ssid="Workshop-5G"
    psk="⟦s⟧"
    key_mgmt=WPA-PSK
}
""",
    pw(" ", ""),
)
F(
    "wifi",
    r"""
#define WIFI_SSID   "iot-lab"
#define WIFI_PASS   "⟦s⟧"
#define MQTT_HOST   "mqtt.corp.example"
""",
    pwx(14, "!#_"),
)
F(
    "cisco",
    r"""
sw-core# show running-config | include secret|community
enable password 0 ⟦s⟧
snmp-server community ⟦c⟧ RW 99
""",
    pwx(13, "!#_"),
    c=an(12),
)
F(
    "ipmi",
    r"""
ipmitool -I lanplus -H bmc-r12u4.corp.example -U ADMIN -P ⟦s⟧ chassis power cycle
Chassis Power Control: Cycle
""",
    pick(string.ascii_uppercase, 10),
)
F(
    "tailscale",
    r"""
sudo tailscale up --ssh --advertise-tags=tag:ci --auth-key=⟦s⟧
""",
    "tskey-auth-k" + an(11) + "CNTRL-" + an(32),
)

# ---------------------------------------------------------------- mobile signing
F(
    "android",
    r"""
storeFile=upload.jks
storePassword=⟦a⟧
keyAlias=upload
keyPassword=⟦s⟧
""",
    pwx(14, "_-"),
    a=pwx(14, "_-"),
)
F(
    "apple",
    r"""
xcrun notarytool submit App.dmg --apple-id dev@corp.example --team-id ⟦t⟧ --password ⟦s⟧ --wait
""",
    "-".join(pick(string.ascii_lowercase, 4) for _ in range(4)),
    t=un(10),
)

# ---------------------------------------------------------------- hosts and keys
_o = pem(330, 70, b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\x33")
F(
    "ssh-key",
    "$ cat ~/.ssh/id_ed25519\n-----BEGIN OPENSSH PRIVATE KEY-----\n"
    + "\n".join(_o)
    + "\n-----END OPENSSH PRIVATE KEY-----",
    _o[2],
)
_e = pem(180, 64, bytes.fromhex("307702010104"))
F(
    "pem-escaped",
    'JWT_SIGNING_KEY="-----BEGIN EC PRIVATE KEY-----\\n' + "\\n".join(_e) + '\\n-----END EC PRIVATE KEY-----\\n"',
    _e[1],
)
F(
    "windows",
    r"""
$sec = ConvertTo-SecureString '⟦s⟧' -AsPlainText -Force
$cred = New-Object PSCredential('CORP\svc-sql', $sec)
Invoke-Command -ComputerName sql02 -Credential $cred { hostname }
""",
    pw("", "!"),
)
F(
    "windows",
    r"""
C:\> net use Z: \\files.corp.example\builds /user:CORP\buildsvc ⟦s⟧ /persistent:no
The command completed successfully.
""",
    pwx(15, "!#_"),
)
F(
    "linux-login",
    r"""
sshpass -p '⟦s⟧' ssh -o StrictHostKeyChecking=no root@lab7.corp.example 'systemctl restart nginx'
""",
    pw("", "?"),
)
F(
    "linux-login",
    r"""
RUN useradd -m deploy && echo "deploy:⟦s⟧" | chpasswd && usermod -aG sudo deploy
""",
    pwx(14, "!_-"),
)

# ---------------------------------------------------------------- prompts
F(
    "prompt-password",
    r"""
> log in to the staging admin with user qa-lead, the password is ⟦s⟧ and check whether the invoice page still breaks
""",
    pw("", "!"),
)
F(
    "prompt-password",
    r"""
> sudo will ask you, just pipe in my pw: ⟦s⟧
""",
    pwx(11, "!#"),
)
F(
    "prompt-foreign",
    r"""
> Melde dich auf dem Testserver an. Benutzer: pruefer, Passwort: ⟦s⟧ (läuft Ende des Monats ab)
""",
    pw("", "?"),
)

# ---------------------------------------------------------------- encodings
F(
    "enc-json-in-json",
    json.dumps(
        {
            "role": "tool",
            "content": json.dumps(
                {"stdout": json.dumps({"db": {"user": "svc", "password": "⟦s⟧"}, "ok": True}, ensure_ascii=False)},
                ensure_ascii=False,
            ),
        },
        ensure_ascii=False,
    ),
    pwx(18, "_-!"),
)
F(
    "enc-ansi",
    "\x1b[36mDB_HOST\x1b[0m=\x1b[33mdb.corp.example\x1b[0m\n\x1b[36mDB_PASSWORD\x1b[0m=\x1b[33m⟦s⟧\x1b[0m\n\x1b[32m✔\x1b[0m loaded 2 variables",
    pwx(17, "_-!"),
)
F(
    "enc-hex",
    r"""
echo -n ⟦s⟧ | xxd -r -p > /etc/app/db_password   # hex, because the quotes in the password broke the shell
""",
    pwx(24, "'\"$").encode().hex(),
)
_b = base64.b64encode(("export GITHUB_TOKEN=ghp_" + an(36) + "\n").encode()).decode()
F(
    "enc-base64",
    r"""
echo ⟦s⟧ | base64 -d > /etc/profile.d/github_token.sh   # installs the GITHUB_TOKEN export
""",
    _b,
)
F(
    "branch-name",
    r"""
$ git branch --list
* main
  fix/rotate-⟦s⟧
""",
    "ghp_" + an(36),
)

# ---------------------------------------------------------------- further places
F(
    "form-body",
    r"""
> POST /oauth/token HTTP/1.1
> Content-Type: application/x-www-form-urlencoded
>
grant_type=password&username=qa.lead&password=⟦s⟧&scope=openid
""",
    urllib.parse.quote(pw("&", "!") + "#" + an(3), safe=""),
)
F(
    "diff",
    r"""
--- a/deploy/values-prod.yaml
+++ b/deploy/values-prod.yaml
@@ -11,3 +11,2 @@ rabbitmq:
   username: shop
-  password: ⟦s⟧
+  existingSecret: rabbitmq-auth
""",
    an(20),
)
F(
    "csv-export",
    r"""
name,url,username,password,note
nas,https://nas.corp.example:5001/,root,⟦s⟧,
wiki,https://wiki.corp.example/login,editor,⟦b⟧,old
""",
    pwx(16, "!#_"),
    b=pwx(16, "!#_"),
)
F(
    "unattend-xml",
    r"""
<AutoLogon>
  <Username>Administrator</Username>
  <Password>
    <Value>⟦s⟧</Value>
    <PlainText>true</PlainText>
  </Password>
</AutoLogon>
""",
    pwx(14, "!#_"),
)
F(
    "basic-header",
    r"""
DEBUG urllib3.connectionpool: send: b'GET /artifactory/api/repositories HTTP/1.1\r\nHost: art.corp.example\r\nAuthorization: Basic ⟦s⟧\r\nAccept: */*\r\n\r\n'
""",
    base64.b64encode(("svc-build:" + pwx(18)).encode()).decode(),
)
F(
    "proxy-url",
    r"""
git config --global http.proxy http://jmeier:⟦s⟧@proxy.corp.example:3128
""",
    urllib.parse.quote(pw("@", "!"), safe=""),
)
_p = pem(340, 64)
F(
    "pgp-key",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdGBGkC"
    + _p[0][8:]
    + "\n"
    + "\n".join(_p[1:])
    + "\n="
    + b64(3)
    + "\n-----END PGP PRIVATE KEY BLOCK-----",
    _p[3],
)
_q = pem(140, 64)
F(
    "putty-key",
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: lab-gw\nPublic-Lines: 1\nAAAAC3NzaC1lZDI1NTE5AAAAI"
    + an(43)
    + "\nPrivate-Lines: 3\n"
    + "\n".join(_q[:3])
    + "\nPrivate-MAC: "
    + hx(64),
    _q[1],
)
F(
    "file-name",
    r"""
$ ls ~/Downloads
'export.zip?access_token=⟦s⟧'   invoice-0417.pdf   notes.md
""",
    an(48),
)
F(
    "elixir",
    r"""
config :shop, ShopWeb.Endpoint,
  url: [host: "shop.corp.example"],
  secret_key_base: "⟦s⟧"
""",
    pick(ALNUM + "+/", 64),
)
F(
    "sql-table",
    r"""
shop=> select id, domain, access_token from shopify_sessions limit 1;
 id |         domain         |              access_token
----+------------------------+----------------------------------------
 14 | acme-b2b.myshopify.com | ⟦s⟧
(1 row)
""",
    "shpat_" + hx(32),
)
F(
    "mikrotik",
    r"""
[admin@gw1] > /ppp secret add name=branch7 service=l2tp profile=vpn password="⟦s⟧"
""",
    pwx(15, "!#_"),
)
F(
    "radius",
    r"""
client ap-floor3 {
    ipaddr = ap3.corp.example
    secret = ⟦s⟧
    nas_type = other
}
""",
    an(22),
)
F(
    "expect",
    r"""
spawn ssh backup@olt1.corp.example
expect "assword:"
send "⟦s⟧\r"
expect "> "
""",
    pwx(14, "!#_"),
)
F(
    "openssl-pass",
    r"""
openssl pkcs12 -export -in tls.crt -inkey tls.key -out tls.p12 -passout pass:⟦s⟧
""",
    pwx(16, "!_-"),
)
F(
    "restic",
    r"""
15 2 * * * root RESTIC_REPOSITORY=/mnt/bk RESTIC_PASSWORD=⟦s⟧ restic backup /etc /srv -q
""",
    pwx(22, "!_-"),
)

# ---------------------------------------------------------------------------
# NEGATIVES
# ---------------------------------------------------------------------------
N("git log", "commit ⟦h⟧\nDate:   Tue Mar 3 10:12:44 2026 +0100\n\n    Rotate the token cache on login", h=hx(40))
N(
    "git diff index line",
    "diff --git a/auth/token.go b/auth/token.go\nindex ⟦a⟧..⟦b⟧ 100644\n--- a/auth/token.go\n+++ b/auth/token.go",
    a=hx(10),
    b=hx(10),
)
N("sha256sum", "$ sha256sum dist/*\n⟦a⟧  dist/app-1.2.0.tar.gz\n⟦b⟧  dist/app-1.2.0.zip", a=hx(64), b=hx(64))
N(
    "package-lock",
    '"node_modules/jsonwebtoken": {\n  "version": "9.0.2",\n  "integrity": "sha512-⟦i⟧",\n  "license": "MIT"\n}',
    i=b64(64),
)
N(
    "yarn lock",
    'password-prompt@^1.1.2:\n  version "1.1.3"\n  resolved "https://npm.corp.example/password-prompt/-/password-prompt-1.1.3.tgz#⟦h⟧"',
    h=hx(40),
)
N("cargo lock", '[[package]]\nname = "secrecy"\nversion = "0.10.3"\nchecksum = "⟦h⟧"', h=hx(64))
N("go sum", "golang.org/x/oauth2 v0.30.0 h1:⟦a⟧\ngolang.org/x/oauth2 v0.30.0/go.mod h1:⟦b⟧", a=b64(32), b=b64(32))
N(
    "uv lock",
    '{ url = "https://pkgs.corp.example/keyring-25.6.0-py3-none-any.whl", hash = "sha256:⟦h⟧", size = 39085 }',
    h=hx(64),
)
N("pip hashes", "cryptography==44.0.1 \\\n    --hash=sha256:⟦a⟧ \\\n    --hash=sha256:⟦b⟧", a=hx(64), b=hx(64))
N("docker digest", "Status: Downloaded newer image\nDigest: sha256:⟦h⟧", h=hx(64))
N(
    "docker ps",
    'CONTAINER ID   IMAGE         COMMAND                  STATUS\n⟦h⟧   postgres:17   "docker-entrypoint.s…"   Up 3 hours',
    h=hx(12),
)
N("image pin", "FROM python:3.13-slim@sha256:⟦h⟧", h=hx(64))
N(
    "flake lock",
    '"locked": {\n  "narHash": "sha256-⟦n⟧",\n  "owner": "NixOS",\n  "rev": "⟦r⟧",\n  "type": "github"\n}',
    n=b64(32),
    r=hx(40),
)
N("nix store path", "/nix/store/⟦h⟧-openssl-3.4.1/bin/openssl", h=pick("0123456789abcdfghijklmnpqrsvwxyz", 32))
N("uuid request id", '{"request_id":"⟦a⟧","trace_id":"⟦b⟧","status":401,"error":"invalid token"}', a=uid(), b=hx(32))
N("traceparent", "traceparent: 00-⟦a⟧-⟦b⟧-01", a=hx(32), b=hx(16))
N("etag", 'HTTP/2 200\netag: W/"⟦h⟧"\ncontent-type: text/css\nx-cache: HIT', h=hx(32))
N("tool use id", '{"type":"tool_result","tool_use_id":"toolu_01⟦i⟧","content":"No matches found"}', i=an(22))
N("claude session", '{"sessionId":"⟦a⟧","parentUuid":"⟦b⟧","version":"2.1.4","type":"user"}', a=uid(), b=uid())
N("codex rollout", "rollout-2026-04-01T10-11-12-⟦u⟧.jsonl", u=uid())
N("call id", '{"type":"function_call_output","call_id":"call_⟦i⟧","output":"exit 0"}', i=an(24))
N(
    "message id",
    '{"id":"msg_01⟦a⟧","model":"claude-opus-4-5","usage":{"input_tokens":1204,"output_tokens":88}}',
    a=an(22),
)
N("token usage", "tokens: 18422 in / 902 out · cache_read_input_tokens=17001 · max_tokens=8192")
N("getpass", 'password = getpass.getpass("Database password: ")\nconn = connect(user=user, password=password)')
N(
    "env lookup python",
    'api_key = os.environ["OPENAI_API_KEY"]\nif not api_key:\n    raise RuntimeError("OPENAI_API_KEY is not set")',
)
N(
    "env lookup js",
    "const token = process.env.GITHUB_TOKEN ?? config.get('github.token');\nconst secret = process.env.SESSION_SECRET;",
)
N(
    "gha secrets",
    "env:\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n  AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}",
)
N("masked log", "Run npm publish\nenv:\n  NODE_AUTH_TOKEN: ***\n  DATABASE_PASSWORD: ********")
N("masked openai error", "Error: 401 Incorrect API key provided. You can find your API key in the dashboard settings.")
N("redacted url", "Connecting to postgres://app:****@db.corp.example:5432/app?sslmode=require")
N("compose vars", "environment:\n  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}\n  REDIS_URL: redis://cache:6379/0")
N("password file path", "environment:\n  POSTGRES_PASSWORD_FILE: /run/secrets/pg_password\nsecrets:\n  - pg_password")
N("k8s secretKeyRef", "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: pg-creds\n      key: password")
N(
    "terraform var",
    'variable "db_password" {\n  type      = string\n  sensitive = true\n}\n\npassword = var.db_password',
)
N(
    "terraform plan",
    '  + resource "aws_db_instance" "main" {\n      + password = (sensitive value)\n      + username = "app"\n    }',
)
N(
    "kubectl describe secret",
    "Name:         pg-creds\nType:         Opaque\n\nData\n====\npassword:  21 bytes\nusername:  7 bytes",
)
N(
    "kubectl get secrets",
    "NAME                 TYPE                DATA   AGE\nregistry-pull        kubernetes.io/dockerconfigjson   1      41d\nsh.helm.release.v1.pg.v3   helm.sh/release.v1   1   2d",
)
N(
    "pod names",
    "billing-api-7d9c5b8f6d-x2k4q   1/1   Running   0   3h\nbilling-worker-5f6b7c9d4-zz8lm   1/1   Running   2   9d",
)
N(
    "ts types",
    "interface Credentials {\n  username: string;\n  password: string;\n  apiKey?: string | null;\n  refreshToken: Promise<string>;\n}",
)
N(
    "pydantic",
    "class Settings(BaseSettings):\n    secret_key: SecretStr\n    access_token: str | None = None\n    password: SecretStr = Field(min_length=12)",
)
N(
    "go struct",
    'type Config struct {\n\tPassword string `json:"password" yaml:"password"`\n\tAPIKey   string `json:"api_key,omitempty"`\n}',
)
N(
    "rust fn",
    "pub fn verify_password(password: &str, hash: &PasswordHash<'_>) -> Result<(), Error> {\n    Argon2::default().verify_password(password.as_bytes(), hash)\n}",
)
N(
    "java getter",
    "public char[] getPassword() { return this.password; }\npublic void setSecretKey(SecretKey secretKey) { this.secretKey = secretKey; }",
)
N("regex github", 'PATTERNS = [re.compile(r"gh[pousr]_[A-Za-z0-9]{36,}"), re.compile(r"AKIA[0-9A-Z]{16}")]')
N("regex password", r'm = re.search(r"(?i)password\s*[:=]\s*(\S+)", line)')
N(
    "gitleaks config",
    "[[rules]]\nid = \"slack-bot-token\"\nregex = '''xoxb-[0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]*'''\nkeywords = [\"xoxb\"]",
)
N(
    "minified js",
    '!function(e,t){"use strict";function n(e){return e&&e.token?e.token:t.getToken()}var r=n(e),o=r.password||"",i=e.secret;t.auth=function(e,t){return o(e,t,i)}}(window,document);',
)
N(
    "source map",
    '{"version":3,"sources":["auth.ts"],"names":["password","token"],"mappings":"AAAA,SAASA,GAAG,CAACC,IAAI,EAAEC,KAAK,GAAG,CAAC,EAAE;EACnC,OAAOD,IAAI"}',
)
N(
    "webpack chunk",
    "dist/assets/index-DkT4vG2q.js   412.10 kB │ gzip: 131.44 kB\ndist/assets/token-C8hJx0Wb.css    9.81 kB │ gzip:   2.02 kB",
)
N(
    "css hash classes",
    '<div class="css-1q2w3e4 sc-bdVaJa kXyZpQ"><label for="password">Password</label><input type="password" id="password" autocomplete="current-password"></div>',
)
N(
    "sri script",
    '<script src="https://cdn.corp.example/react.min.js" integrity="sha384-⟦i⟧" crossorigin="anonymous"></script>',
    i=b64(48),
)
N(
    "data uri png",
    '<img alt="dot" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==">',
)
N(
    "certificate",
    "-----BEGIN CERTIFICATE-----\n⟦b⟧\n-----END CERTIFICATE-----",
    b="\n".join(["MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ"] + pem(240)),
)
N(
    "public key pem",
    "-----BEGIN PUBLIC KEY-----\n⟦b⟧\n-----END PUBLIC KEY-----",
    b="MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + b64(64),
)
N("ssh public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI⟦k⟧ deploy-key-2026", k=an(43))
N("ssh fingerprint", "256 SHA256:⟦f⟧ deploy-key-2026 (ED25519)", f=b64(32).rstrip("="))
N(
    "ssh-keygen art",
    "Generating public/private ed25519 key pair.\nEnter passphrase (empty for no passphrase): \nYour public key has been saved in id_ed25519.pub",
)
N("pg prompt", '$ psql -h db.corp.example -U app -W\nPassword for user app: \npsql (17.2)\nType "help" for help.')
N(
    "auth failure log",
    'FATAL:  password authentication failed for user "app"\nDETAIL:  Connection matched file "pg_hba.conf" line 97: "host all all all scram-sha-256"',
)
N("sudo failure", "sudo: a password is required\nsudo: 3 incorrect password attempts")
N(
    "vault docs",
    "Use `vault login -method=oidc` to get a token; tokens start with `hvs.` and must not be written to disk.",
)
N(
    "readme setup",
    "1. Create an API key in the dashboard.\n2. Copy `.env.sample` to `.env` and set `STRIPE_SECRET_KEY` to your own key.\n3. Run `make dev`.",
)
N("placeholder env", "OPENAI_API_KEY=your-api-key-here\nDB_PASSWORD=<password>\nJWT_SECRET=<random string>")
N(
    "docs key prefix",
    "Live secret keys begin with `sk_live_`, test ones with `sk_test_`; restricted keys use the `rk_` prefix.",
)
N("rst docs", ".. option:: --password-stdin\n\n   Read the password from standard input instead of the command line.")
N(
    "cli help",
    '  --token string        API token (env ACME_TOKEN)\n  --password string     password for basic auth\n  --secret-name string  name of the Secret to mount (default "tls")',
)
N(
    "openapi",
    "components:\n  securitySchemes:\n    bearerAuth:\n      type: http\n      scheme: bearer\n      bearerFormat: JWT",
)
N("curl with var", 'curl -H "Authorization: Bearer $TOKEN" -H "X-Api-Key: ${API_KEY}" https://api.corp.example/v1/me')
N(
    "bash read",
    'read -rsp "Password: " PASSWORD\necho "$PASSWORD" | docker login --username ci --password-stdin images.corp.example',
)
N("op reference", 'DB_PASSWORD="op://Infra/postgres/password"\nGH_TOKEN="$(gh auth token)"')
N(
    "aws arn",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-a1B2c3\narn:aws:kms:eu-west-1:123456789012:key/⟦u⟧",
    u=uid(),
)
N(
    "test fixture ids",
    'USER_ID = "⟦a⟧"\nORDER_ID = "ord_⟦b⟧"\nassert client.get(f"/orders/{ORDER_ID}").status_code == 200',
    a=uid(),
    b=CROCK[3] + pick(CROCK, 25),
)
N("ulid list", "01J⟦a⟧ order.created\n01J⟦b⟧ order.paid", a=pick(CROCK, 23), b=pick(CROCK, 23))
N(
    "pytest ids",
    "tests/test_auth.py::test_password_reset[expired-token] PASSED\ntests/test_auth.py::test_login[wrong-password] FAILED",
)
N(
    "stripe object ids",
    '{"id":"pi_3⟦a⟧","object":"payment_intent","customer":"cus_⟦b⟧","status":"succeeded"}',
    a=an(23),
    b=an(14),
)
N("eth tx", "Transaction hash: 0x⟦h⟧\nBlock: 21840122\nFrom: 0x⟦a⟧", h=hx(64), a=hx(40))
N("wireguard peer", "peer: ⟦p⟧\n  preshared key: (hidden)\n  latest handshake: 41 seconds ago", p=b64(32))
N(
    "tokenizer",
    'tokens = tokenizer.encode("hello world")\npad_token_id = tokenizer.pad_token_id\neos_token = "<|endoftext|>"',
)
N(
    "csrf template",
    '<form method="post">{% csrf_token %}<input name="password" type="password" required minlength="12"></form>',
)
N(
    "i18n labels",
    '{"login.password":"Password","login.forgot":"Forgot your password?","login.token":"Enter the code from your app"}',
)
