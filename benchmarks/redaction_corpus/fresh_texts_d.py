# mypy: ignore-errors
"""Fresh texts for testing a secret redactor: FORMS holds (family, text, secret) with generated credentials as they stand in coding agents' sessions.
NEGATIVES holds (what, text) that look similar but carry no secret, so that nothing in them should be replaced."""

import base64
import hashlib
import json
import random
import string
import textwrap
import urllib.parse
import uuid

_R = random.Random(20260417)

_LOWER = string.ascii_lowercase
_UPPER = string.ascii_uppercase
_DIG = string.digits
_ALNUM = string.ascii_letters + string.digits
_B32 = _UPPER + "234567"


def _pick(alphabet, n):
    return "".join(_R.choice(alphabet) for _ in range(n))


def hx(n):
    return _pick("0123456789abcdef", n)


def HX(n):
    return _pick("0123456789ABCDEF", n)


def an(n):
    return _pick(_ALNUM, n)


def ln(n):
    return _pick(_LOWER + _DIG, n)


def un(n):
    return _pick(_UPPER + _DIG, n)


def dg(n):
    return _pick("123456789", 1) + _pick(_DIG, n - 1)


def ur(n):
    """Url-safe base64-like, beginning and ending in a letter or digit."""
    return an(1) + _pick(_ALNUM + "-_", n - 2) + an(1)


def b64(nbytes):
    return base64.b64encode(_R.randbytes(nbytes)).decode()


def b64u(nbytes):
    return base64.urlsafe_b64encode(_R.randbytes(nbytes)).decode().rstrip("=")


def uid():
    return str(uuid.UUID(int=_R.getrandbits(128), version=4))


_W1 = [
    "Tr4ubadour",
    "Kestrel",
    "Mo0nlit",
    "Gr4vel",
    "Banj0",
    "Sn0wdrift",
    "Quinc3",
    "Larksp",
    "Obs1dian",
    "Pel1can",
    "Hazelw00d",
    "Marz1pan",
    "Th1stle",
    "Bramb1e",
    "Cobalt",
    "Zeph1r",
    "Wh1sker",
    "Tangl3",
    "Saffr0n",
    "Turm3ric",
]
_W2 = [
    "Kite",
    "Otter",
    "River",
    "Anvil",
    "Lemon",
    "Tram",
    "Piano",
    "Maple",
    "Basalt",
    "Orbit",
    "Pepper",
    "Gull",
    "Violin",
    "Copper",
    "Falcon",
    "Walnut",
    "Harbor",
    "Ginger",
    "Cactus",
    "Sparrow",
]


def pw(seps="!&+%*^?"):
    """A human-like password."""
    return _R.choice(_W1) + _R.choice(seps) + _R.choice(_W2) + dg(_R.choice([2, 3, 4]))


def pws():
    """A human-like password with no character special to shells and URLs."""
    return _R.choice(_W1) + _R.choice("-_.") + _R.choice(_W2) + dg(4)


def jwt(payload, alg="HS256", sig=32):
    def e(d):
        return base64.urlsafe_b64encode(json.dumps(d, separators=(",", ":")).encode()).decode().rstrip("=")

    return e({"alg": alg, "typ": "JWT"}) + "." + e(payload) + "." + b64u(sig)


def pem_lines(prefix, nbytes, width=64):
    body = prefix + b64(nbytes)
    return textwrap.wrap(body, width)


def E(s):
    return base64.b64encode(s.encode()).decode()


FORMS: list[tuple[str, str, str]] = []
NEGATIVES: list[tuple[str, str]] = []


def A(family, template, secret, **kw):
    text = textwrap.dedent(template).strip("\n")
    for k, v in kw.items():
        text = text.replace("«" + k + "»", v)
    FORMS.append((family, text.replace("«S»", secret), secret))


def N(what, template, **kw):
    text = textwrap.dedent(template).strip("\n")
    for k, v in kw.items():
        text = text.replace("«" + k + "»", v)
    NEGATIVES.append((what, text))


# ---------------------------------------------------------------- AI services
A(
    "openai-project",
    """
$ cat .env.local
# local dev only
NEXT_PUBLIC_SITE=http://localhost:3000
OPENAI_API_KEY=«S»
OPENAI_MODEL=gpt-4.1-mini
""",
    "sk-proj-" + ur(74) + "T3BlbkFJ" + ur(74),
)
A(
    "openai-project",
    """
openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: «S». You can find your API key in the dashboard.', 'type': 'invalid_request_error', 'param': None, 'code': 'invalid_api_key'}}
""",
    "sk-svcacct-" + ur(60) + "T3BlbkFJ" + ur(58),
)
A(
    "anthropic",
    """
$ curl -s https://api.anthropic.com/v1/messages \\
    -H "x-api-key: «S»" \\
    -H "anthropic-version: 2023-06-01" -H "content-type: application/json" \\
    -d '{"model":"claude-sonnet-4-5","max_tokens":16,"messages":[{"role":"user","content":"ping"}]}'
""",
    "sk-ant-api03-" + ur(93) + "AA",
)
A(
    "anthropic-oauth",
    """
$ security find-generic-password -s "Claude Code-credentials" -w
{"claudeAiOauth":{"accessToken":"«S»","expiresAt":1776430212000,"scopes":["user:inference","user:profile"],"subscriptionType":"max"}}
""",
    "sk-ant-oat01-" + ur(86) + "AA",
)
A(
    "huggingface",
    """
>>> from huggingface_hub import login
>>> login(token="«S»", add_to_git_credential=True)
Token is valid (permission: write).
""",
    "hf_" + _pick(string.ascii_letters, 34),
)
A(
    "replicate",
    """
const replicate = new Replicate({
  auth: "«S»", // TODO move to env
  userAgent: "thumbs/0.4",
});
""",
    "r8_" + an(37),
)
A(
    "groq",
    """
| Variable | Value | Env |
|---|---|---|
| LOG_LEVEL | debug | all |
| GROQ_API_KEY | «S» | staging |
""",
    "gsk_" + an(52),
)
A(
    "xai",
    """
[providers.xai]
base_url = "https://api.x.ai/v1"
api_key = "«S»"
timeout = 30
""",
    "xai-" + an(80),
)
A(
    "perplexity",
    """
export PERPLEXITY_API_KEY="«S»" && uv run python probe.py --model sonar
""",
    "pplx-" + an(48),
)
A(
    "mistral",
    """
+MISTRAL_API_KEY=«S»
-MISTRAL_API_KEY=
 MISTRAL_TIMEOUT=45
""",
    an(32),
)
A(
    "cohere",
    """
co = cohere.ClientV2(api_key="«S»")
resp = co.embed(texts=batch, model="embed-v4.0", input_type="search_document")
""",
    an(40),
)
A(
    "deepseek",
    """
User: use deepseek for the bulk translation, the key is «S», put it in the worker's environment please
""",
    "sk-" + hx(32),
)
A(
    "openrouter",
    """
$ env | sort | grep -i route
OPENROUTER_API_KEY=«S»
OPENROUTER_SITE=https://bench.corp.example
""",
    "sk-or-v1-" + hx(64),
)
A(
    "elevenlabs",
    """
requests.post(url, headers={"xi-api-key": "«S»", "Accept": "audio/mpeg"}, json=body, timeout=60)
""",
    "sk_" + hx(48),
)
A(
    "deepgram",
    """
> GET /v1/projects HTTP/1.1
> Host: api.deepgram.com
> Authorization: Token «S»
> Accept: */*
< HTTP/1.1 200 OK
""",
    hx(40),
)
A(
    "pinecone",
    """
pc = Pinecone(api_key='«S»')
index = pc.Index('support-chunks')
""",
    "pcsk_" + an(6) + "_" + an(63),
)
A(
    "langsmith",
    """
      env:
        - name: LANGSMITH_TRACING
          value: "true"
        - name: LANGSMITH_API_KEY
          value: «S»
""",
    "lsv2_pt_" + hx(32) + "_" + hx(10),
)
A(
    "wandb",
    """
$ cat ~/.netrc
machine api.wandb.ai
  login user
  password «S»
""",
    hx(40),
)
A(
    "wandb",
    """
wandb: Appending key for api.wandb.ai to your netrc file
$ wandb login --relogin «S»
wandb: Currently logged in as: mlops (corp)
""",
    hx(40),
)
A(
    "gemini",
    """
curl "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent?key=«S»" -H 'Content-Type: application/json' -d @body.json
""",
    "AIza" + "Sy" + ur(33),
)
A(
    "langfuse",
    """
LANGFUSE_PUBLIC_KEY=pk-lf-«P»
LANGFUSE_SECRET_KEY=«S»
LANGFUSE_HOST=https://langfuse.corp.example
""",
    "sk-lf-" + uid(),
    P=uid(),
)
A(
    "tavily-mcp",
    """
{
  "mcpServers": {
    "tavily": {
      "command": "npx",
      "args": ["-y", "tavily-mcp@latest"],
      "env": { "TAVILY_API_KEY": "«S»" }
    }
  }
}
""",
    "tvly-prod-" + an(32),
)
A(
    "firecrawl-mcp",
    """
claude mcp add firecrawl -e FIRECRAWL_API_KEY=«S» -- npx -y firecrawl-mcp
""",
    "fc-" + hx(32),
)
A(
    "nvidia-nim",
    """
docker run --rm --gpus all -e NGC_API_KEY=«S» -p 8000:8000 registry.corp.example/nim/llama:1.8
""",
    "nvapi-" + ur(64),
)
A(
    "azure-openai",
    """
"AzureOpenAI": {
  "Endpoint": "https://corp-eastus.openai.azure.com/",
  "Deployment": "gpt-4o",
  "ApiKey": "«S»"
}
""",
    an(52) + "JQQJ99" + un(4) + "AC" + an(20),
)
A(
    "fal",
    """
FAL_KEY="«S»"   # fal.ai, shared with design
""",
    uid() + ":" + hx(32),
)
A(
    "jina",
    """
headers = {
    'Authorization': 'Bearer «S»',
    'X-Return-Format': 'markdown',
}
r = httpx.get('https://r.jina.ai/https://docs.corp.example', headers=headers)
""",
    "jina_" + hx(32) + ur(28),
)

# ---------------------------------------------------------------- code hosting
A(
    "github-classic",
    """
$ git remote -v
origin	https://«S»@github.com/corp/billing.git (fetch)
origin	https://«S»@github.com/corp/billing.git (push)
""",
    "ghp_" + an(36),
)
A(
    "github-finegrained",
    """
$ gh auth token
«S»
""",
    "github_pat_" + an(22) + "_" + an(59),
)
A(
    "github-hosts-yml",
    """
github.com:
    user: dkoller
    oauth_token: «S»
    git_protocol: https
""",
    "gho_" + an(36),
)
A(
    "github-actions-app",
    """
Run actions/create-github-app-token@v2
  token: «S»
  installation-id: 55120934
""",
    "ghs_" + an(36),
)
A(
    "gitlab-pat",
    """
$ glab auth login --hostname git.corp.example --token «S»
- Logging into git.corp.example
""",
    "glpat-" + ur(20),
)
A(
    "gitlab-runner",
    """
[[runners]]
  name = "linux-amd64-3"
  url = "https://git.corp.example"
  token = "«S»"
  executor = "docker"
""",
    "glrt-" + ur(20),
)
A(
    "gitlab-deploy-url",
    """
git clone https://gitlab+deploy-token-4412:«S»@git.corp.example/infra/modules.git
""",
    "gldt-" + ur(20),
)
A(
    "bitbucket-app-password",
    """
$ curl -u jmeyer:«S» https://api.bitbucket.org/2.0/repositories/corp
{"pagelen": 10, "size": 41, "page": 1}
""",
    "ATBB" + an(24) + HX(8),
)
A(
    "azure-devops",
    """
$ echo ":«S»" | base64 -w0   # AZURE_DEVOPS_EXT_PAT for the header
""",
    an(52) + "JQQJ99" + un(4) + "AAAAA" + "AAAASAZDO" + an(4),
)
A(
    "gitea",
    """
tea login add --name corp --url https://gitea.corp.example --token «S»
Login as builder on https://gitea.corp.example successful.
""",
    hx(40),
)
A(
    "sourcegraph",
    """
SRC_ENDPOINT=https://sourcegraph.corp.example SRC_ACCESS_TOKEN=«S» src search 'repo:billing TODO'
""",
    "sgp_" + hx(16) + "_" + hx(40),
)

# ---------------------------------------------------------------- clouds
A(
    "aws-credentials-file",
    """
[default]
aws_access_key_id = AKIA«K»
aws_secret_access_key = «S»
region = eu-central-1
""",
    _pick(_ALNUM + "+/", 40),
    K=_pick(_B32, 16),
)
A(
    "aws-credentials-file",
    """
aws configure set aws_secret_access_key «S» --profile ci
""",
    _pick(_ALNUM + "+/", 40),
)
A(
    "aws-sts-json",
    """
{
    "Credentials": {
        "AccessKeyId": "ASIA«K»",
        "SecretAccessKey": "«S»",
        "SessionToken": "IQoJb3JpZ2luX2VjE«T»",
        "Expiration": "2026-04-17T18:22:05+00:00"
    }
}
""",
    _pick(_ALNUM + "+/", 40),
    K=_pick(_B32, 16),
    T=b64(240),
)
A(
    "aws-session-token",
    """
export AWS_ACCESS_KEY_ID=ASIA«K»
export AWS_SESSION_TOKEN=«S»
""",
    "IQoJb3JpZ2luX2VjE" + b64(300),
    K=_pick(_B32, 16),
)
A(
    "aws-create-access-key-table",
    """
$ aws iam create-access-key --user-name deploy --output text
ACCESSKEY	AKIA«K»	2026-04-17T09:12:44+00:00	«S»	Active	deploy
""",
    _pick(_ALNUM + "+/", 40),
    K=_pick(_B32, 16),
)
A(
    "aws-terraform-provider",
    """
provider "aws" {
  region     = "us-west-2"
  access_key = "AKIA«K»"
  secret_key = "«S»"
}
""",
    _pick(_ALNUM + "+/", 40),
    K=_pick(_B32, 16),
)
A(
    "aws-bedrock-key",
    """
AWS_BEARER_TOKEN_BEDROCK=«S»
""",
    "ABSK" + b64(99),
)
_l = pem_lines("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ", 1170)
A(
    "gcp-service-account",
    r"""
{
  "type": "service_account",
  "project_id": "corp-data-prod",
  "private_key_id": "«K»",
  "private_key": "-----BEGIN PRIVATE KEY-----\n«B»\n-----END PRIVATE KEY-----\n",
  "client_email": "etl@corp-data-prod.iam.gserviceaccount.com",
  "token_uri": "https://oauth2.googleapis.com/token"
}
""",
    _l[7],
    K=hx(40),
    B="\\n".join(_l),
)
A(
    "gcp-access-token",
    """
$ gcloud auth print-access-token
«S»
""",
    "ya29.a0A" + ur(210),
)
A(
    "gcp-adc-refresh",
    """
{
  "client_id": "764086051850-6qr4p6gpi6hn506pt8ejuq83di341hur.apps.googleusercontent.com",
  "client_secret": "GOCSPX-«C»",
  "refresh_token": "«S»",
  "type": "authorized_user"
}
""",
    "1//0" + ur(98),
    C=ur(28),
)
A(
    "google-oauth-client",
    """
{"web":{"client_id":"«I»-«J».apps.googleusercontent.com","project_id":"portal","client_secret":"«S»","redirect_uris":["https://portal.corp.example/cb"]}}
""",
    "GOCSPX-" + ur(28),
    I=dg(12),
    J=ln(32),
)
A(
    "azure-client-secret",
    """
$ az ad sp create-for-rbac --name deployer
{
  "appId": "«A»",
  "displayName": "deployer",
  "password": "«S»",
  "tenant": "«T»"
}
""",
    an(3) + "8Q~" + ur(34),
    A=uid(),
    T=uid(),
)
A(
    "azure-storage-key",
    """
AZURE_STORAGE_CONNECTION_STRING="DefaultEndpointsProtocol=https;AccountName=corplogs;AccountKey=«S»;EndpointSuffix=core.windows.net"
""",
    b64(64),
)
A(
    "azure-sas-url",
    """
azcopy copy ./dist "https://corplogs.blob.core.windows.net/web?sv=2024-11-04&ss=b&srt=co&sp=rwdl&se=2026-12-31T00:00:00Z&sig=«S»" --recursive
""",
    urllib.parse.quote(b64(32), safe=""),
)
A(
    "azure-servicebus",
    """
services.AddSingleton(new ServiceBusClient("Endpoint=sb://corp-orders.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=«S»"));
""",
    b64(32),
)
A(
    "azure-cosmos",
    """
Cosmos__ConnectionString=AccountEndpoint=https://corp-cosmos.documents.azure.com:443/;AccountKey=«S»;
""",
    b64(64),
)
A(
    "azure-acr",
    """
$ az acr credential show -n corpregistry -o table
USERNAME      PASSWORD                              PASSWORD2
------------  ------------------------------------  ------------------------------------
corpregistry  «S»  «B»
""",
    an(42) + "ACR" + an(7),
    B=an(42) + "ACR" + an(7),
)
A(
    "digitalocean",
    """
doctl auth init --access-token «S»
Validating token... OK
""",
    "dop_v1_" + hx(64),
)
A(
    "hetzner",
    """
$ cat ~/.config/hcloud/cli.toml
active_context = "prod"
[[contexts]]
  name = "prod"
  token = "«S»"
""",
    an(64),
)
A(
    "linode",
    """
linode_token = "«S»"
region       = "eu-west"
""",
    hx(64),
)
A(
    "scaleway",
    """
access_key: SCW«K»
secret_key: «S»
default_organization_id: «O»
default_zone: fr-par-1
""",
    uid(),
    K=un(17),
    O=uid(),
)
A(
    "ovh",
    """
[ovh-eu]
application_key=«K»
application_secret=«S»
consumer_key=«C»
""",
    hx(32),
    K=hx(16),
    C=hx(32),
)
A(
    "cloudflare-token",
    """
$ CLOUDFLARE_API_TOKEN=«S» npx wrangler deploy
 ⛅️ wrangler 4.14.0
Uploaded edge-router (2.41 sec)
""",
    ur(40),
)
A(
    "cloudflare-global-key",
    """
curl -X GET "https://api.cloudflare.com/client/v4/zones" \\
     -H "X-Auth-Email: ops@corp.example" \\
     -H "X-Auth-Key: «S»"
""",
    hx(37),
)
A(
    "cloudflare-tunnel",
    """
$ cloudflared service install «S»
2026-04-17T08:00:01Z INF Using Systemd
""",
    base64.b64encode(json.dumps({"a": hx(32), "t": uid(), "s": b64(32)}, separators=(",", ":")).encode()).decode(),
)
A(
    "alibaba",
    """
aliyun configure set --profile prod --access-key-id LTAI5t«K» --access-key-secret «S» --region cn-hangzhou
""",
    an(30),
    K=an(18),
)
A(
    "tencent",
    """
tencentcloud:
  secret_id: AKID«K»
  secret_key: «S»
  region: ap-guangzhou
""",
    an(32),
    K=an(32),
)
A(
    "ibm-cloud",
    """
ibmcloud login --apikey «S» -r eu-de -g default
API endpoint: https://cloud.ibm.com
Authenticating...
OK
""",
    ur(44),
)
A(
    "oci-config",
    """
[DEFAULT]
user=ocid1.user.oc1..aaaa«U»
fingerprint=«F»
key_file=/home/dev/.oci/key.pem
pass_phrase=«S»
""",
    pw(),
    U=ln(56),
    F=":".join(hx(2) for _ in range(16)),
)
A(
    "heroku",
    """
$ heroku config -a corp-api
=== corp-api Config Vars
DATABASE_URL: postgres://«U»:«S»@ec2-3-211-6-217.compute-1.amazonaws.com:5432/d8qk2hp1
LANG:         en_US.UTF-8
""",
    "p" + hx(64),
    U="u" + ln(13),
)
A(
    "heroku",
    """
HEROKU_API_KEY: «S»
HEROKU_APP: corp-api
""",
    "HRKU-" + ur(60),
)
A(
    "fly",
    """
$ fly tokens create deploy -x 720h
«S»
""",
    "FlyV1 fm2_" + b64(120) + ",fm2_" + b64(160),
)
A(
    "render",
    """
render_api_key: "«S»"
render_service: srv-«V»
""",
    "rnd_" + an(28),
    V=ln(20),
)
A(
    "vercel",
    """
vercel deploy --prod --token=«S» --scope corp
Vercel CLI 41.6.0
""",
    an(24),
)
A(
    "netlify",
    """
      - run: npx netlify deploy --prod --dir=build
        env:
          NETLIFY_AUTH_TOKEN: «S»
          NETLIFY_SITE_ID: «I»
""",
    "nfp_" + an(36),
    I=uid(),
)
A(
    "supabase-access",
    """
SUPABASE_ACCESS_TOKEN=«S» supabase link --project-ref «P»
""",
    "sbp_" + hx(40),
    P=_pick(_LOWER, 20),
)
A(
    "supabase-service-role",
    """
SUPABASE_URL=https://«P».supabase.co
SUPABASE_SERVICE_ROLE_KEY=«S»
""",
    jwt({"iss": "supabase", "ref": "qkzvbnwmxylrtdpe", "role": "service_role", "iat": 1744800000, "exp": 2060376000}),
    P=_pick(_LOWER, 20),
)
A(
    "supabase-secret",
    """
const admin = createClient(url, "«S»", { auth: { persistSession: false } })
""",
    "sb_secret_" + ur(22) + "_" + an(8),
)
A(
    "planetscale",
    """
database: main
username: «U»
host: aws.connect.psdb.cloud
password: «S»
ssl: true
""",
    "pscale_pw_" + ur(43),
    U=ln(20),
)
A(
    "neon",
    """
psql 'postgresql://app_owner:«S»@ep-cool-darkness-123456-pooler.eu-central-1.aws.neon.tech/app?sslmode=require&channel_binding=require'
""",
    "npg_" + an(12),
)
A(
    "upstash",
    """
UPSTASH_REDIS_REST_URL="https://calm-oriole-31412.upstash.io"
UPSTASH_REDIS_REST_TOKEN="«S»"
""",
    "AX" + b64(40).replace("+", "x").replace("/", "y"),
)
A(
    "turso",
    """
$ turso db tokens create metrics
«S»
""",
    jwt({"a": "rw", "iat": 1776400000, "id": "b1f9c1c4-5e0d-4d52-9f23-1f6ad31c78a3"}, "EdDSA", 64),
)
A(
    "databricks",
    """
$ cat ~/.databrickscfg
[DEFAULT]
host  = https://adb-4412.azuredatabricks.net
token = «S»
""",
    "dapi" + hx(32) + "-2",
)
A(
    "snowflake",
    """
[connections.prod]
account = "xy12345.eu-west-1"
user = "LOADER"
password = "«S»"
warehouse = "ETL_WH"
""",
    pw(),
)
A(
    "confluent",
    """
sasl.mechanism=PLAIN
security.protocol=SASL_SSL
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="«U»" password="«S»";
""",
    b64(48),
    U=un(16),
)

# ---------------------------------------------------------------- messaging
A(
    "slack-bot",
    """
SLACK_BOT_TOKEN=«S»
SLACK_CHANNEL=C04QX71PL2H
""",
    "xoxb-" + dg(12) + "-" + dg(13) + "-" + an(24),
)
A(
    "slack-app",
    """
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  socketMode: true,
  appToken: '«S»',
});
""",
    "xapp-1-A0" + un(9) + "-" + dg(13) + "-" + hx(64),
)
A(
    "slack-webhook",
    """
curl -X POST -H 'Content-type: application/json' --data '{"text":"deploy done"}' https://hooks.slack.com/services/«S»
""",
    "T0" + un(8) + "/B0" + un(9) + "/" + an(24),
)
A(
    "slack-cookie",
    """
xoxc token + cookie from devtools:
  d=«S»; d-s=1776400012; lc=1776400012
""",
    "xoxd-" + urllib.parse.quote(b64(120), safe=""),
)
A(
    "discord-bot",
    """
client.login("«S»").then(() => console.log("ready"));
""",
    base64.b64encode(dg(18).encode()).decode().rstrip("=") + "." + an(6) + "." + ur(38),
)
A(
    "discord-webhook",
    """
notify:
  discord_url: https://discord.com/api/webhooks/«I»/«S»
  on: [failure]
""",
    ur(68),
    I=dg(19),
)
A(
    "teams-webhook",
    """
$TeamsUri = "https://corp.webhook.office.com/webhookb2/«A»@«B»/IncomingWebhook/«S»/«C»"
Invoke-RestMethod -Method Post -Uri $TeamsUri -Body $json -ContentType 'application/json'
""",
    hx(32),
    A=uid(),
    B=uid(),
    C=uid(),
)
A(
    "power-automate-webhook",
    """
"workflowUrl": "https://prod-21.westeurope.logic.azure.com:443/workflows/«W»/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=«S»"
""",
    ur(43),
    W=hx(32),
)
A(
    "telegram-bot",
    """
$ curl -s https://api.telegram.org/bot«S»/getMe
{"ok":true,"result":{"id":7712340912,"is_bot":true,"username":"corp_deploy_bot"}}
""",
    dg(10) + ":AA" + ur(33),
)
A(
    "twilio-auth",
    """
account_sid = "AC«I»"
auth_token = "«S»"
client = Client(account_sid, auth_token)
""",
    hx(32),
    I=hx(32),
)
A(
    "sendgrid",
    """
MAIL_DRIVER=smtp
MAIL_HOST=smtp.sendgrid.net
MAIL_USERNAME=apikey
MAIL_PASSWORD=«S»
""",
    "SG." + ur(22) + "." + ur(43),
)
A(
    "mailgun",
    """
curl -s --user 'api:«S»' https://api.mailgun.net/v3/mg.corp.example/messages -F from='ci <ci@mg.corp.example>' -F subject='nightly'
""",
    "key-" + hx(32),
)
A(
    "mailchimp",
    """
mailchimp.setConfig({ apiKey: "«S»", server: "us21" });
""",
    hx(32) + "-us21",
)
A(
    "resend",
    """
resend = Resend("«S»")
""",
    "re_" + an(8) + "_" + an(24),
)
A(
    "brevo",
    """
'api-key' => '«S»',
'sender' => ['name' => 'Shop', 'email' => 'shop@corp.example'],
""",
    "xkeysib-" + hx(64) + "-" + an(16),
)
A(
    "postmark",
    """
X-Postmark-Server-Token: «S»
Content-Type: application/json
""",
    uid(),
)
A(
    "ntfy",
    """
ntfy publish --token «S» ops-alerts "disk 91% on db3"
""",
    "tk_" + ln(29),
)
A(
    "pushover",
    """
curl -s --form-string "token=«S»" --form-string "user=«U»" --form-string "message=build red" https://api.pushover.net/1/messages.json
""",
    "a" + ln(29),
    U="u" + ln(29),
)
A(
    "vonage",
    """
VONAGE_API_KEY=«K»
VONAGE_API_SECRET=«S»
""",
    an(16),
    K=hx(8),
)

# ---------------------------------------------------------------- payment and shops
A(
    "stripe-live",
    """
Stripe.api_key = '«S»'
Stripe.max_network_retries = 2
""",
    "sk_live_51" + an(97),
)
A(
    "stripe-restricted",
    """
$ stripe customers list --api-key «S» --limit 3
""",
    "rk_live_51" + an(97),
)
A(
    "stripe-webhook",
    """
> Ready! You are using Stripe API Version [2025-03-31.basil]. Your webhook signing secret is «S» (^C to quit)
""",
    "whsec_" + hx(64),
)
A(
    "square",
    """
environment: production
squareAccessToken: «S»
""",
    "EAAAl" + ur(59),
)
A(
    "paypal",
    """
$ curl -v https://api-m.paypal.com/v1/oauth2/token -u "«C»:«S»" -d "grant_type=client_credentials"
""",
    "E" + ur(79),
    C="A" + ur(79),
)
A(
    "razorpay",
    """
razorpay.Client(auth=("rzp_live_«K»", "«S»"))
""",
    an(24),
    K=an(14),
)
A(
    "adyen",
    """
adyen.apiKey=«S»
adyen.merchantAccount=CorpECOM
""",
    "AQE" + b64(96) + "-" + b64(33) + "-" + an(16),
)
A(
    "plaid",
    """
PLAID_CLIENT_ID=«C»
PLAID_SECRET=«S»
PLAID_ENV=production
""",
    hx(30),
    C=hx(24),
)
A(
    "shopify",
    """
X-Shopify-Access-Token: «S»
GET https://corp-outlet.myshopify.com/admin/api/2026-01/orders.json -> 200
""",
    "shpat_" + hx(32),
)
A(
    "shopify",
    """
SHOPIFY_API_KEY=«K»
SHOPIFY_API_SECRET=«S»
""",
    "shpss_" + hx(32),
    K=hx(32),
)
A(
    "mollie",
    """
$mollie = new \\Mollie\\Api\\MollieApiClient();
$mollie->setApiKey("«S»");
""",
    "live_" + an(30),
)
A(
    "paddle",
    """
paddle = Client('«S»', options=Options(Environment.PRODUCTION))
""",
    "pdl_live_apikey_01" + ln(24) + "_" + an(22) + "_" + an(3),
)
A(
    "woocommerce",
    """
consumer_key:    ck_«K»
consumer_secret: «S»
""",
    "cs_" + hx(40),
    K=hx(40),
)
A(
    "coinbase-cdp",
    r"""
{"name":"organizations/«O»/apiKeys/«K»","privateKey":"-----BEGIN EC PRIVATE KEY-----\n«S»\n«B»\n«C»\n-----END EC PRIVATE KEY-----\n"}
""",
    "MHcCAQEEI" + _pick(_ALNUM + "+/", 55),
    O=uid(),
    K=uid(),
    B=_pick(_ALNUM + "+/", 64),
    C=_pick(_ALNUM + "+/", 34) + "==",
)
A(
    "binance",
    """
exchange = ccxt.binance({
    'apiKey': '«K»',
    'secret': '«S»',
    'options': {'defaultType': 'future'},
})
""",
    an(64),
    K=an(64),
)

# ---------------------------------------------------------------- observability, analytics, flags
A(
    "datadog",
    """
helm upgrade --install dd datadog/datadog --set datadog.apiKey=«S» --set datadog.site=datadoghq.eu
""",
    hx(32),
)
A(
    "datadog",
    """
DD_API_KEY: (from vault)
DD_APP_KEY: «S»
""",
    hx(40),
)
A(
    "newrelic",
    """
newrelic profile add --name prod --region eu --apiKey «S» --accountId 3412098
""",
    "NRAK-" + un(27),
)
A(
    "newrelic",
    """
# newrelic.ini
[newrelic]
license_key = «S»
app_name = checkout
""",
    hx(36) + "NRAL",
)
A(
    "sentry",
    """
[auth]
token=«S»
[defaults]
org=corp
project=web
""",
    "sntrys_"
    + base64.b64encode(b'{"iat":1776400000.12,"url":"https://sentry.corp.example","org":"corp"}').decode()
    + "_"
    + b64(32).rstrip("="),
)
A(
    "grafana",
    """
provider "grafana" {
  url  = "https://grafana.corp.example"
  auth = "«S»"
}
""",
    "glsa_" + an(32) + "_" + hx(8),
)
A(
    "grafana",
    """
remote_write:
  - url: https://prometheus-prod-24.grafana.net/api/prom/push
    basic_auth:
      username: 1204417
      password: «S»
""",
    "glc_"
    + base64.b64encode(
        json.dumps({"o": "884123", "n": "stack-write", "k": an(24), "m": {"r": "prod-eu-west-2"}}).encode()
    ).decode(),
)
A(
    "honeycomb",
    """
OTEL_EXPORTER_OTLP_HEADERS="x-honeycomb-team=«S»"
OTEL_SERVICE_NAME=cart
""",
    "hcaik_01" + ln(56),
)
A(
    "splunk-hec",
    """
curl -k https://splunk.corp.example:8088/services/collector/event -H "Authorization: Splunk «S»" -d '{"event":"hello"}'
{"text":"Success","code":0}
""",
    uid(),
)
A(
    "elastic-apikey",
    """
output.elasticsearch:
  hosts: ["https://es1.corp.example:9200"]
  api_key: "«S»"
""",
    ur(20) + ":" + ur(22),
)
A(
    "elastic-reset",
    """
$ bin/elasticsearch-reset-password -u elastic -b
Password for the [elastic] user successfully reset.
New value: «S»
""",
    _pick(_ALNUM, 9) + "*" + _pick(_ALNUM + "=_", 8) + "-" + an(1),
)
A(
    "dynatrace",
    """
apiUrl: https://abc12345.live.dynatrace.com/api
apiToken: «S»
""",
    "dt0c01." + _pick(_B32, 24) + "." + _pick(_B32, 64),
)
A(
    "pagerduty",
    """
Authorization: Token token=«S»
Accept: application/vnd.pagerduty+json;version=2
""",
    "u+" + _pick(_ALNUM, 18),
)
A(
    "rollbar",
    """
Rollbar.configure do |config|
  config.access_token = '«S»'
  config.environment = 'production'
end
""",
    hx(32),
)
A(
    "posthog",
    """
POSTHOG_PERSONAL_API_KEY=«S»
""",
    "phx_" + an(47),
)
A(
    "launchdarkly",
    """
ldClient, err := ld.MakeClient("«S»", 5*time.Second)
if err != nil {
	log.Fatal(err)
}
""",
    "sdk-" + uid(),
)
A(
    "statsig",
    """
await Statsig.initialize('«S»', { environment: { tier: 'production' } });
""",
    "secret-" + an(43),
)
A(
    "unleash",
    """
UNLEASH_API_URL=https://unleash.corp.example/api
UNLEASH_API_TOKEN=«S»
""",
    "default:production." + hx(56),
)
A(
    "segment",
    """
analytics = Analytics.new(write_key: '«S»', on_error: proc { |s, m| warn m })
""",
    an(32),
)
A(
    "healthchecks-ping",
    """
HEALTHCHECKS_API_KEY=«S» ./register-checks.sh
""",
    "hcw_" + an(28),
)

# ---------------------------------------------------------------- developer tools
A(
    "npmrc",
    """
$ cat ~/.npmrc
registry=https://npm.corp.example/
//npm.corp.example/:_authToken=«S»
always-auth=true
""",
    "npm_" + an(36),
)
A(
    "npmrc",
    """
//npm.corp.example/:username=ci
//npm.corp.example/:_password="«S»"
//npm.corp.example/:email=ci@corp.example
""",
    E(pw()),
)
A(
    "npmrc",
    """
_auth = «S»
email = build@corp.example
""",
    E("builder:" + pw()),
)
A(
    "pypirc",
    """
[distutils]
index-servers = internal

[internal]
repository = https://pypi.corp.example/legacy/
username = __token__
password = «S»
""",
    "pypi-AgEIcHlwaS5vcmc" + ur(150),
)
A(
    "pip-conf",
    """
[global]
index-url = https://svc-build:«S»@pypi.corp.example/simple
trusted-host = pypi.corp.example
""",
    pws(),
)
A(
    "uv-env",
    """
UV_INDEX_CORP_USERNAME=svc UV_INDEX_CORP_PASSWORD=«S» uv sync --locked
Resolved 212 packages in 1.24s
""",
    pws(),
)
A(
    "poetry",
    """
poetry config http-basic.corp buildbot '«S»'
""",
    pw(),
)
A(
    "cargo-credentials",
    """
$ cat ~/.cargo/credentials.toml
[registries.corp]
token = "«S»"
""",
    "cio" + an(32),
)
A(
    "gem-credentials",
    """
---
:rubygems_api_key: «S»
""",
    "rubygems_" + hx(48),
)
A(
    "nuget-config",
    """
<packageSourceCredentials>
  <corp>
    <add key="Username" value="svc-nuget" />
    <add key="ClearTextPassword" value="«S»" />
  </corp>
</packageSourceCredentials>
""",
    pw("!*+%"),
)
A(
    "nuget-push",
    """
dotnet nuget push bin/Release/Corp.Core.4.2.0.nupkg --api-key «S» --source https://nuget.corp.example/v3/index.json
""",
    "oy2" + ln(43),
)
A(
    "maven-settings",
    """
<server>
  <id>corp-releases</id>
  <username>deployer</username>
  <password>«S»</password>
</server>
""",
    pw("!*+%"),
)
A(
    "maven-master",
    """
$ mvn --encrypt-master-password '«S»'
{jSMOWnoPFgsHVpMvz5VrIt5kRbzGpI8u+9EF1iFQyJQ=}
""",
    pw(),
)
A(
    "gradle-properties",
    """
org.gradle.jvmargs=-Xmx4g
artifactoryUser=ci
artifactoryPassword=«S»
""",
    "AKCp" + an(69),
)
A(
    "composer-auth",
    """
{
    "http-basic": {
        "repo.corp.example": { "username": "release", "password": "«S»" }
    }
}
""",
    hx(40),
)
A(
    "netrc-one-line",
    """
machine git.corp.example login mirror password «S»
""",
    pw(),
)
A(
    "conda-token",
    """
channels:
  - https://conda.corp.example/t/«S»/internal
  - defaults
""",
    "co-" + uid(),
)
A(
    "docker-login",
    """
$ docker login -u corpci -p «S» registry.corp.example
WARNING! Using --password via the CLI is insecure. Use --password-stdin.
Login Succeeded
""",
    "dckr_pat_" + ur(27),
)
A(
    "docker-config",
    """
{
	"auths": {
		"registry.corp.example": {
			"auth": "«S»"
		}
	}
}
""",
    E("pusher:" + pw()),
)
A(
    "terraform-cloud",
    """
credentials "app.terraform.io" {
  token = "«S»"
}
""",
    an(14) + ".atlasv1." + ur(67),
)
A(
    "vault-login",
    """
$ vault login -method=userpass username=ops
Key                    Value
---                    -----
token                  «S»
token_accessor         «A»
token_duration         768h
token_policies         ["default" "ops"]
""",
    "hvs." + "CAES" + ur(90),
    A=an(24),
)
A(
    "vault-init",
    """
Unseal Key 1: «S»
Unseal Key 2: «B»
Unseal Key 3: «C»

Vault initialized with 3 key shares and a key threshold of 2.
""",
    b64(33),
    B=b64(33),
    C=b64(33),
)
A(
    "vault-kv",
    """
$ vault kv get secret/apps/erp
====== Data ======
Key         Value
---         -----
db_host     erp-db.corp.example
db_pass     «S»
""",
    pw(),
)
A(
    "vault-approle",
    """
vault write auth/approle/login role_id=«R» secret_id=«S»
""",
    uid(),
    R=uid(),
)
A(
    "pulumi",
    """
PULUMI_ACCESS_TOKEN=«S» pulumi up --yes --stack corp/prod
""",
    "pul-" + hx(40),
)
A(
    "pulumi-passphrase",
    """
export PULUMI_CONFIG_PASSPHRASE='«S»'
pulumi stack select dev
""",
    pw(),
)
A(
    "doppler",
    """
doppler run --token="«S»" -- ./server
""",
    "dp.st.prd." + an(43),
)
A(
    "onepassword-service-account",
    """
OP_SERVICE_ACCOUNT_TOKEN=«S»
""",
    "ops_"
    + base64.b64encode(
        json.dumps(
            {"signInAddress": "corp.1password.com", "userAuth": {"method": "SRPg-4096"}, "secretKey": "A3-" + un(6)}
        ).encode()
    )
    .decode()
    .rstrip("=")
    + b64u(200),
)
A(
    "onepassword-item",
    """
$ op item get "Prod DB" --reveal
ID:          «I»
Title:       Prod DB
Vault:       Infra
Category:    DATABASE
Fields:
  username:    app_rw
  password:    «S»
""",
    pw(),
    I=ln(26),
)
A(
    "onepassword-emergency",
    """
Emergency Kit
Email: ops@corp.example
Secret Key: «S»
""",
    "A3-" + "-".join([un(6), un(6), un(5), un(5), un(5), un(5)]),
)
A(
    "bitwarden-session",
    """
$ bw unlock
Your vault is now unlocked!
To unlock your vault, set your session key to the `BW_SESSION` environment variable. ex:
$ export BW_SESSION="«S»"
""",
    b64(64),
)
A(
    "bitwarden-get",
    """
$ bw get item "vpn gateway" | jq .login
{
  "uris": [{"match": null, "uri": "https://vpn.corp.example"}],
  "username": "netadm",
  "password": "«S»",
  "totp": null
}
""",
    pw(),
)
A(
    "postman",
    """
newman run "https://api.getpostman.com/collections/«C»?apikey=«S»"
""",
    "PMAK-" + hx(24) + "-" + hx(34),
    C=uid(),
)
A(
    "jfrog",
    """
jf c add corp --url=https://artifacts.corp.example --access-token=«S» --interactive=false
""",
    "cmVmdGtuOjAxOj" + an(50),
)
A(
    "sonar",
    """
./gradlew sonar -Dsonar.host.url=https://sonar.corp.example -Dsonar.token=«S»
""",
    "sqp_" + hx(40),
)
A(
    "snyk",
    """
$ snyk config set api=«S»
api updated
""",
    uid(),
)
A(
    "codecov",
    """
codecovcli upload-process -t «S» --fail-on-error
info - 2026-04-17 -- Found 1 coverage files to report
""",
    uid(),
)
A(
    "circleci",
    """
curl -H "Circle-Token: «S»" https://circleci.com/api/v2/me
""",
    "CCIPAT_" + an(22) + "_" + hx(40),
)
A(
    "buildkite",
    """
export BUILDKITE_API_TOKEN=«S»
bk build list --pipeline deploy
""",
    "bkua_" + hx(40),
)
A(
    "jenkins",
    """
java -jar jenkins-cli.jar -s https://jenkins.corp.example/ -auth admin:«S» list-jobs
""",
    "11" + hx(32),
)
A(
    "linear",
    """
LINEAR_API_KEY = "«S»"  # personal, for the triage script
""",
    "lin_api_" + an(40),
)
A(
    "notion",
    """
{"notionApi": {"command": "npx", "env": {"OPENAPI_MCP_HEADERS": "{\\"Authorization\\": \\"Bearer «S»\\", \\"Notion-Version\\": \\"2022-06-28\\"}"}}}
""",
    "ntn_" + dg(11) + an(35),
)
A(
    "airtable",
    """
$ http GET https://api.airtable.com/v0/meta/bases Authorization:"Bearer «S»"
""",
    "pat" + an(14) + "." + hx(64),
)
A(
    "jira",
    """
jira = JIRA(server="https://corp.atlassian.net", basic_auth=("bot@corp.example", "«S»"))
""",
    "ATATT3xFfGF0" + ur(170) + "=" + HX(8),
)
A(
    "figma",
    """
X-Figma-Token: «S»
""",
    "figd_" + ur(40),
)
A(
    "contentful",
    """
contentful space export --space-id «I» --management-token «S»
""",
    "CFPAT-" + ur(43),
    I=ln(12),
)
A(
    "dropbox",
    """
dbx = dropbox.Dropbox('«S»')
""",
    "sl.u." + ur(140),
)
A(
    "okta",
    """
okta:
  orgUrl: https://corp.okta.com
  authorizationMode: SSWS
  token: «S»
""",
    "00" + ur(40),
)
A(
    "auth0",
    """
AUTH0_DOMAIN=corp.eu.auth0.com
AUTH0_CLIENT_ID=«C»
AUTH0_CLIENT_SECRET=«S»
""",
    ur(64),
    C=an(32),
)
A(
    "clerk",
    """
NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_live_Y2xlcmsuY29ycC5leGFtcGxlJA
CLERK_SECRET_KEY=«S»
""",
    "sk_live_" + an(42),
)
A(
    "mapbox",
    """
mapbox.accessToken = '«S»';
// uploads scope, server side only
""",
    "sk.eyJ1" + b64u(36) + "." + ur(22),
)
A(
    "maxmind",
    """
# GeoIP.conf
AccountID 884213
LicenseKey «S»
EditionIDs GeoLite2-City
""",
    an(6) + "_" + an(29) + "_mmk",
)
A(
    "algolia",
    """
const client = algoliasearch('«I»', '«S»') // admin api key
""",
    hx(32),
    I=un(10),
)
A(
    "infura",
    """
const provider = new HDWalletProvider(mnemonic, "https://mainnet.infura.io/v3/«S»");
""",
    hx(32),
)
A(
    "alchemy",
    """
[rpc_endpoints]
mainnet = "https://eth-mainnet.g.alchemy.com/v2/«S»"
""",
    ur(32),
)
A(
    "etherscan",
    """
ETHERSCAN_API_KEY=«S» forge verify-contract --watch
""",
    un(34),
)
A(
    "tailscale",
    """
$ sudo tailscale up --authkey=«S» --ssh --hostname=build-7
""",
    "tskey-auth-k" + an(11) + "CNTRL-" + an(32),
)
A(
    "ngrok",
    """
version: "3"
agent:
  authtoken: «S»
tunnels: {}
""",
    "2" + an(26) + "_" + an(21),
)
A(
    "zoom",
    """
zoom.s2s.account-id=«I»
zoom.s2s.client-id=«C»
zoom.s2s.client-secret=«S»
""",
    an(32),
    I=ur(22),
    C=an(22),
)
A(
    "twitch",
    """
OAuth token for chat: oauth:«S»
server irc.chat.twitch.tv:6697 nick corpbot
""",
    ln(30),
)
A(
    "facebook",
    """
FB_PAGE_TOKEN="«S»"
""",
    "EAA" + an(180),
)
A(
    "twitter",
    """
consumer_key = "«K»"
consumer_secret = "«S»"
access_token_secret = "«T»"
""",
    an(50),
    K=an(25),
    T=an(45),
)
A(
    "age-keygen",
    """
$ age-keygen
# created: 2026-04-17T10:01:22+02:00
# public key: age1«P»
«S»
""",
    "AGE-SECRET-KEY-1" + _pick("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    P=_pick("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58),
)

# ---------------------------------------------------------------- databases
A(
    "jdbc-url",
    """
spring.datasource.url=jdbc:sqlserver://sql3.corp.example:1433;databaseName=erp;user=erp_app;password=«S»;encrypt=true
""",
    pw("!*+^"),
)
A(
    "jdbc-oracle",
    """
jdbc:oracle:thin:billing/«S»@//ora1.corp.example:1521/BILL
""",
    pws(),
)
A(
    "odbc-dsn",
    """
cnxn = pyodbc.connect("DRIVER={ODBC Driver 18 for SQL Server};SERVER=sql3.corp.example;DATABASE=hr;UID=report;PWD=«S»;Encrypt=yes")
""",
    pw("!*+^"),
)
A(
    "adonet",
    """
"ConnectionStrings": {
  "Default": "Server=tcp:corp.database.windows.net,1433;Initial Catalog=crm;User ID=crmadmin;Password=«S»;MultipleActiveResultSets=False;"
}
""",
    pw("!*+^"),
)
A(
    "web-config",
    """
<connectionStrings>
  <add name="Main" connectionString="Data Source=SQL01;Initial Catalog=Portal;User Id=portal;Password=«S»" providerName="System.Data.SqlClient" />
</connectionStrings>
""",
    pw("!*+^"),
)
A(
    "web-config-machinekey",
    """
<machineKey validationKey="«S»"
            decryptionKey="«D»" validation="SHA1" decryption="AES" />
""",
    HX(128),
    D=HX(48),
)
A(
    "mongodb-url",
    """
MongoServerError: bad auth : authentication failed
    at connect (mongodb+srv://shop:«S»@cluster0.k3x9a.mongodb.net/shop?retryWrites=true&w=majority)
""",
    pws(),
)
A(
    "mongodb-percent-encoded",
    """
MONGO_URI=mongodb://root:«S»@mongo.corp.example:27017/admin
""",
    urllib.parse.quote("Gr4vel@Tram/" + dg(4) + "#Orbit", safe=""),
)
A(
    "redis-url",
    """
CELERY_BROKER_URL = "redis://:«S»@redis.corp.example:6379/2"
""",
    an(28),
)
A(
    "redis-cli",
    """
$ redis-cli -h cache1.corp.example -a '«S»' --no-auth-warning PING
PONG
""",
    pw(),
)
A(
    "redis-conf",
    """
$ grep -v '^#' /etc/redis/redis.conf | head
bind 0.0.0.0
requirepass «S»
maxmemory 2gb
""",
    pw(),
)
A(
    "amqp-url",
    """
[error] Failed to connect to amqp://worker:«S»@rabbit.corp.example:5672/jobs: connection refused
""",
    pws(),
)
A(
    "mysql-cli",
    """
$ mysql -h db2.corp.example -u root -p«S» -e 'show databases'
mysql: [Warning] Using a password on the command line interface can be insecure.
""",
    pws(),
)
A(
    "mysql-grant",
    """
mysql> CREATE USER 'wiki'@'10.%' IDENTIFIED BY '«S»';
Query OK, 0 rows affected (0.02 sec)
""",
    pw(),
)
A(
    "my-cnf",
    """
[client]
user=backup
password="«S»"
host=localhost
""",
    pw(),
)
A(
    "pgpassword",
    """
PGPASSWORD='«S»' pg_dump -h pg1.corp.example -U etl -Fc warehouse > w.dump
""",
    pw(),
)
A(
    "pgpass",
    """
$ cat ~/.pgpass
pg1.corp.example:5432:warehouse:etl:«S»
""",
    pws(),
)
A(
    "postgres-alter-role",
    """
postgres=# ALTER ROLE reporting WITH LOGIN PASSWORD '«S»';
ALTER ROLE
""",
    pw(),
)
A(
    "postgres-scram",
    """
  rolname  |  rolpassword
-----------+------------------------------------------------
 reporting | «S»
(1 row)
""",
    "SCRAM-SHA-256$4096:" + b64(16) + "$" + b64(32) + ":" + b64(32),
)
A(
    "sqlcmd",
    """
sqlcmd -S sql3.corp.example -U sa -P "«S»" -C -Q "select @@version"
""",
    pw(),
)
A(
    "clickhouse",
    """
clickhouse-client --host ch.corp.example --secure --user analyst --password '«S»' -q 'SELECT 1'
1
""",
    pw(),
)
A(
    "sqlalchemy-repr",
    """
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) could not translate host name "pgx" to address
dsn was postgresql+psycopg2://django:«S»@pgx:5432/site
""",
    pws(),
)
A(
    "neo4j",
    """
driver = GraphDatabase.driver("neo4j+s://graph.corp.example", auth=("neo4j", "«S»"))
""",
    pw(),
)

# ---------------------------------------------------------------- frameworks
A(
    "django-secret-key",
    """
DEBUG = False
SECRET_KEY = '«S»'
ALLOWED_HOSTS = ['portal.corp.example']
""",
    _pick(_LOWER + _DIG + "!@#$%^&*(-_=+)", 48) + ln(2),
)
A(
    "laravel-app-key",
    """
APP_NAME=Shop
APP_ENV=production
APP_KEY=«S»
APP_DEBUG=false
""",
    "base64:" + b64(32),
)
A(
    "rails-master-key",
    """
$ cat config/master.key
«S»
""",
    hx(32),
)
A(
    "rails-credentials",
    """
$ bin/rails credentials:show
secret_key_base: «S»
smtp:
  user_name: mailer
""",
    hx(128),
)
A(
    "wordpress-salts",
    """
define( 'AUTH_KEY',         '«A»' );
define( 'SECURE_AUTH_KEY',  '«S»' );
define( 'DB_HOST', 'localhost' );
""",
    "x" + _pick(_ALNUM + "!@#$%^&*()-_[]{}<>~+=,.;:/?|", 62) + "k",
    A="m" + _pick(_ALNUM + "!@#$%^&*()-_[]{}<>~+=,.;:/?|", 62) + "q",
)
A(
    "wordpress-db",
    """
/** Database password */
define( 'DB_PASSWORD', '«S»' );
""",
    pw(),
)
A(
    "phoenix-secret-key-base",
    """
config :portal, PortalWeb.Endpoint,
  http: [port: 4000],
  secret_key_base: "«S»"
""",
    b64(48),
)
A(
    "spring-properties",
    """
spring.mail.host=smtp.corp.example
spring.mail.username=noreply
spring.mail.password=«S»
server.ssl.key-store-password=«K»
""",
    pw(),
    K=pw(),
)
A(
    "spring-yaml",
    """
spring:
  ldap:
    urls: ldaps://dc1.corp.example
    username: CN=svc-app,OU=Service,DC=corp,DC=example
    password: "«S»"
""",
    pw(),
)
A(
    "appsettings-jwt",
    """
"Jwt": {
  "Issuer": "corp",
  "Audience": "portal",
  "SigningKey": "«S»",
  "ExpiryMinutes": 60
}
""",
    b64(48),
)
A(
    "nextauth-secret",
    """
$ openssl rand -base64 32 | tee -a .env.production   # NEXTAUTH_SECRET
«S»
""",
    b64(32),
)
A(
    "flask-secret",
    """
app.secret_key = b'«S»'
""",
    r"_5#y2L" + r"\xbc\x1f" + an(8) + r"\n\xec" + an(4),
)
A(
    "symfony",
    """
APP_SECRET=«S»
MAILER_DSN=smtp://mailer:«P»@smtp.corp.example:587
""",
    hx(32),
    P=pws(),
)
A(
    "n8n-encryption-key",
    """
docker run -d -e N8N_ENCRYPTION_KEY=«S» -v n8n:/home/node/.n8n n8n:1.88
""",
    an(32),
)
A(
    "airflow-fernet",
    """
[core]
executor = CeleryExecutor
fernet_key = «S»
""",
    base64.urlsafe_b64encode(_R.randbytes(32)).decode(),
)

# ---------------------------------------------------------------- orchestration
A(
    "kubectl-from-literal",
    """
kubectl -n prod create secret generic smtp --from-literal=username=mailer --from-literal=password='«S»'
secret/smtp created
""",
    pw(),
)
A(
    "kubectl-secret-yaml",
    """
apiVersion: v1
kind: Secret
metadata:
  name: db-auth
data:
  username: YXBw
  password: «S»
""",
    E(pw() + dg(3)),
)
A(
    "kubectl-decode",
    """
$ kubectl get secret grafana -o jsonpath='{.data.admin-password}' | base64 -d
«S»
""",
    an(40),
)
A(
    "kubeconfig",
    """
users:
- name: oidc-admin
  user:
    token: «S»
""",
    jwt({"iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:kube-system:ci-admin"}, "RS256", 256),
)
A(
    "kubeconfig-client-key",
    """
- name: kubernetes-admin
  user:
    client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t
    client-key-data: «S»
""",
    E("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE" + b64(84) + "\n-----END EC PRIVATE KEY-----\n"),
)
A(
    "kubeadm-join",
    """
kubeadm join 10.0.4.10:6443 --token «S» \\
	--discovery-token-ca-cert-hash sha256:«H»
""",
    ln(6) + "." + ln(16),
    H=hx(64),
)
A(
    "docker-swarm",
    """
To add a worker to this swarm, run the following command:

    docker swarm join --token «S» 10.0.4.21:2377
""",
    "SWMTKN-1-" + ln(50) + "-" + ln(25),
)
A(
    "k3s-token",
    """
$ sudo cat /var/lib/rancher/k3s/server/node-token
«S»
""",
    "K10" + hx(64) + "::server:" + hx(32),
)
A(
    "helm-set",
    """
helm upgrade --install pg oci://charts.corp.example/postgresql --set auth.username=app,auth.postgresPassword=«S» -n data
""",
    pws(),
)
A(
    "helm-get-values",
    """
$ helm get values keycloak
USER-SUPPLIED VALUES:
auth:
  adminUser: admin
  adminPassword: «S»
replicaCount: 2
""",
    pw("-_+*"),
)
A(
    "docker-compose",
    """
services:
  db:
    image: postgres:17
    environment:
      POSTGRES_USER: app
      POSTGRES_PASSWORD: «S»
""",
    pw("-_+*"),
)
A(
    "docker-inspect",
    """
            "Env": [
                "PATH=/usr/local/bin:/usr/bin",
                "MINIO_ROOT_USER=minio",
                "MINIO_ROOT_PASSWORD=«S»"
            ],
""",
    an(24),
)
A(
    "terraform-state",
    """
    {
      "mode": "managed",
      "type": "random_password",
      "name": "db",
      "instances": [{"attributes": {"length": 24, "result": "«S»", "special": true}}]
    }
""",
    an(10) + "%" + an(6) + "!" + an(6),
)
A(
    "tfvars",
    """
env               = "staging"
db_admin_password = "«S»"
node_count        = 3
""",
    pw(),
)
A(
    "terraform-output",
    """
$ terraform output -json | jq -r .rds_master_password.value
«S»
""",
    an(12) + "_" + an(9) + "!" + an(2),
)
A(
    "ansible-inventory",
    """
[switches]
sw1.corp.example ansible_user=netops ansible_password=«S» ansible_become_password=«B»
""",
    pw("!*+^"),
    B=pw("!*+^"),
)
A(
    "ansible-vault-view",
    """
$ ansible-vault view group_vars/prod/vault.yml
vault_smtp_password: "«S»"
vault_ntp_servers: [10.0.0.1]
""",
    pw(),
)
A(
    "github-secret-set",
    """
echo -n '«S»' | gh secret set DEPLOY_PASSWORD --repo corp/site
✓ Set Actions secret DEPLOY_PASSWORD for corp/site
""",
    pw(),
)
A(
    "sops-decrypt",
    """
$ sops -d secrets.enc.yaml
paperless:
    admin_password: «S»
    consumer_threads: 2
""",
    pw("-_+*"),
)


# ---------------------------------------------------------------- keys over lines
def _pem(family, label, prefix, nbytes, idx, before="", width=64):
    lines = pem_lines(prefix, nbytes, width)
    body = "\n".join(lines[:12]) if len(lines) > 12 else "\n".join(lines)
    FORMS.append((family, before + f"-----BEGIN {label}-----\n{body}\n-----END {label}-----", lines[idx]))


_pem("pem-rsa", "RSA PRIVATE KEY", "MIICXAIBAAKBgQ", 520, 4, "$ cat deploy.pem\n")
_pem("pem-ec", "EC PRIVATE KEY", "MHcCAQEEI", 112, 1)
_pem(
    "pem-openssh",
    "OPENSSH PRIVATE KEY",
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQAAACB",
    210,
    2,
    "$ cat ~/.ssh/id_ed25519\n",
    70,
)
_pem(
    "pem-pkcs8-ed25519",
    "PRIVATE KEY",
    "MC4CAQAwBQYDK2VwBCIEI" + _pick(_ALNUM + "+/", 43),
    0,
    0,
    "jwt signing key, paste it in config/keys/dev.pem:\n",
)
_pem("pem-encrypted", "ENCRYPTED PRIVATE KEY", "MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQI", 480, 5)
_pem("apple-p8", "PRIVATE KEY", "MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQg", 102, 2, "AuthKey_7QK2M9XZ4P.p8\n")
_l = pem_lines("lQOYBGf", 440)[:9]
A(
    "gpg-export-secret",
    """
$ gpg --export-secret-keys --armor releases
-----BEGIN PGP PRIVATE KEY BLOCK-----

«B»
=«C»
-----END PGP PRIVATE KEY BLOCK-----
""",
    _l[3],
    B="\n".join(_l),
    C=an(4),
)
_l = pem_lines("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU", 190, 70)
A(
    "yaml-indented-key",
    """
deploy:
  host: web1.corp.example
  key: |
    -----BEGIN OPENSSH PRIVATE KEY-----
«B»
    -----END OPENSSH PRIVATE KEY-----
""",
    _l[1],
    B="\n".join("    " + x for x in _l),
)
_l = pem_lines("", 190, 64)
A(
    "putty-ppk",
    """
PuTTY-User-Key-File-3: ssh-rsa
Encryption: none
Comment: ops-laptop
Private-Lines: 4
«B»
Private-MAC: «M»
""",
    _l[2],
    B="\n".join(_l),
    M=hx(64),
)
_l = pem_lines("MIIEowIBAAKCAQEA", 500)[:8]
A(
    "numbered-file-view",
    """
     1→-----BEGIN RSA PRIVATE KEY-----
«B»
    10→-----END RSA PRIVATE KEY-----
""",
    _l[5],
    B="\n".join(f"     {i + 2}→{x}" for i, x in enumerate(_l)),
)
A(
    "wireguard",
    """
[Interface]
PrivateKey = «S»
Address = 10.66.0.4/32

[Peer]
PublicKey = «P»
Endpoint = vpn.corp.example:51820
""",
    b64(32),
    P=b64(32),
)
A(
    "wireguard-psk",
    """
[Peer]
PublicKey = «P»
PresharedKey = «S»
AllowedIPs = 10.66.0.0/16
""",
    b64(32),
    P=b64(32),
)
_h = [hx(32) for _ in range(8)]
A(
    "openvpn-static-key",
    """
<tls-auth>
-----BEGIN OpenVPN Static key V1-----
«B»
-----END OpenVPN Static key V1-----
</tls-auth>
""",
    _h[4],
    B="\n".join(_h),
)
A(
    "jwk-private",
    """
{"kty":"EC","crv":"P-256","kid":"sig-2026","x":"«X»","y":"«Y»","d":"«S»","alg":"ES256"}
""",
    b64u(32),
    X=b64u(32),
    Y=b64u(32),
)
A(
    "minisign",
    """
untrusted comment: minisign encrypted secret key
«S»
""",
    "RWRTY0Iy" + b64(150),
)
A(
    "cosign-password",
    """
$ COSIGN_PASSWORD='«S»' cosign sign --key cosign.key registry.corp.example/api@sha256:«H»
""",
    pw(),
    H=hx(64),
)
A(
    "sparkle",
    """
# Sparkle EdDSA private key exported with generate_keys -x
./sign_update Corp-4.1.dmg -s «S»
""",
    b64(32),
)
A(
    "tauri-signing",
    """
TAURI_SIGNING_PRIVATE_KEY=«S»
TAURI_SIGNING_PRIVATE_KEY_PASSWORD=""
""",
    E("untrusted comment: rsign encrypted secret key\nRWRTY0Iy" + b64(90) + "\n"),
)
A(
    "android-keystore",
    """
signingConfigs {
    release {
        storeFile file("upload.jks")
        storePassword "«S»"
        keyAlias "upload"
        keyPassword "«K»"
    }
}
""",
    pw(),
    K=pw(),
)
A(
    "android-key-properties",
    """
storeFile=../upload.jks
keyAlias=upload
keyPassword=«S»
""",
    pw(),
)
_a = "-".join(_pick(_LOWER, 4) for _ in range(4))
A(
    "apple-app-specific",
    """
xcrun notarytool submit Corp.zip --apple-id ci@corp.example --team-id 8K2QXM4T9Z --password «S» --wait
""",
    _a,
)
A(
    "keytool",
    """
keytool -importkeystore -srckeystore corp.p12 -srcstoretype PKCS12 -srcstorepass «S» -destkeystore corp.jks
""",
    pws(),
)
A(
    "openssl-passin",
    """
openssl rsa -in server.key -passin pass:«S» -out server.nopass.key
writing RSA key
""",
    pws(),
)

# ---------------------------------------------------------------- wallets
_BIP = (
    "gravity machine north sort system female filter attitude volume fold club stay feature office ecology stable narrow fog "
    "ridge velvet orphan bamboo lunar copper trumpet salad exhaust mammal pelican oyster rubber donkey sibling tower vessel "
    "quantum walnut hybrid garlic puzzle"
).split()
A(
    "bip39-mnemonic",
    """
MNEMONIC="«S»"
RPC_URL=https://rpc.corp.example
""",
    " ".join(_R.sample(_BIP, 12)),
)
A(
    "bip39-mnemonic",
    """
Generated new wallet. Write down your recovery phrase:

  «S»
""",
    " ".join(_R.sample(_BIP, 24)),
)
A(
    "eth-private-key",
    """
$ cast send --private-key 0x«S» --rpc-url $RPC 0x«A» "mint()"
""",
    hx(64),
    A=hx(40),
)
A(
    "hardhat",
    """
    base: {
      url: "https://mainnet.base.corp.example",
      accounts: ["«S»"],  // deployer private key
    },
""",
    "0x" + hx(64),
)
A(
    "solana-keypair",
    """
$ cat ~/.config/solana/id.json
[«S»]
""",
    ",".join(str(_R.randrange(256)) for _ in range(64)),
)
A(
    "bitcoin-xprv",
    """
master key: «S»
derivation: m/84'/0'/0'
""",
    "xprv9s21ZrQH143K" + _pick("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 95),
)
A(
    "bitcoin-wif",
    """
$ bitcoin-cli importprivkey "«S»" cold false
""",
    "K" + _pick("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 51),
)
A(
    "nostr-nsec",
    """
nak event --sec «S» -c 'hello' wss://relay.corp.example
""",
    "nsec1" + _pick("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58),
)

# ---------------------------------------------------------------- 2FA, cookies, OAuth, SAML
A(
    "totp-uri",
    """
otpauth://totp/Corp:dana?secret=«S»&issuer=Corp&period=30
""",
    _pick(_B32, 32),
)
A(
    "totp-seed",
    """
Can't scan it? Enter this setup key in your authenticator app: «S»
""",
    " ".join(_pick(_B32, 4).lower() for _ in range(8)),
)
A(
    "oathtool",
    """
$ oathtool --totp -b «S»
402913
""",
    _pick(_B32, 26),
)
A(
    "recovery-codes",
    """
Save your two-factor recovery codes:
  «A»
  «S»
  «B»
""",
    hx(5) + "-" + hx(5),
    A=hx(5) + "-" + hx(5),
    B=hx(5) + "-" + hx(5),
)
A(
    "session-cookie",
    """
< HTTP/2 302
< set-cookie: sessionid=«S»; HttpOnly; Path=/; SameSite=Lax; Secure
< location: /dashboard
""",
    ln(32),
)
A(
    "curl-cookie",
    """
curl 'https://intranet.corp.example/api/me' -H 'Cookie: JSESSIONID=«S»; theme=dark'
""",
    HX(32) + ".node3",
)
A(
    "connect-sid",
    """
await page.setCookie({ name: "connect.sid", value: "«S»", domain: "app.corp.example" });
""",
    "s%3A" + ur(32) + "." + urllib.parse.quote(b64(32).rstrip("="), safe=""),
)
A(
    "cookies-txt",
    """
# Netscape HTTP Cookie File
.corp.example	TRUE	/	TRUE	1807936000	user_session	«S»
""",
    ur(48),
)
A(
    "bearer-jwt",
    """
[2026-04-17 09:14:02] DEBUG outgoing headers={'accept': '*/*', 'authorization': 'Bearer «S»'}
""",
    jwt({"sub": "4412", "role": "admin", "exp": 1776500000}),
)
A(
    "oauth-token-response",
    """
HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"«A»","token_type":"Bearer","expires_in":3600,"refresh_token":"«S»","scope":"openid offline_access"}
""",
    ur(86),
    A=ur(64),
)
A(
    "oauth-code-exchange",
    """
curl -X POST https://sso.corp.example/oauth2/token -d grant_type=authorization_code -d code=«C» -d client_id=portal -d client_secret=«S»
""",
    an(40),
    C=an(32),
)
A(
    "oauth-fragment",
    """
Redirected to http://localhost:8765/callback#access_token=«S»&token_type=bearer&expires_in=3599
""",
    ur(72),
)
A(
    "magic-link",
    """
Mail caught: Reset your password: https://app.corp.example/reset?uid=Mjk&reset_token=«S»
""",
    ln(6) + "-" + hx(32),
)
A(
    "basic-auth-header",
    """
Authorization: Basic «S»
User-Agent: legacy-sync/2.1
""",
    E("sync:" + pw()),
)
A(
    "saml-assertion",
    """
POST /saml/acs
SAMLResponse=«S»&RelayState=%2Fhome
""",
    urllib.parse.quote(
        E(
            '<samlp:Response ID="_'
            + hx(40)
            + '" Version="2.0"><saml:Assertion ID="_'
            + hx(40)
            + '"><ds:SignatureValue>'
            + b64(96)
            + "</ds:SignatureValue></saml:Assertion></samlp:Response>"
        ),
        safe="",
    ),
)
A(
    "s3-presigned",
    """
GET https://corp-exports.s3.amazonaws.com/q1.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260417T080000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=«S»
""",
    hx(64),
)

# ---------------------------------------------------------------- system, network
A(
    "shadow",
    """
$ sudo getent shadow deploy
deploy:«S»:20194:0:99999:7:::
""",
    "$6$" + an(16) + "$" + _pick(_ALNUM + "./", 86),
)
A(
    "shadow-yescrypt",
    """
svc:«S»:20561:0:99999:7:::
""",
    "$y$j9T$" + _pick(_ALNUM + "./", 22) + "$" + _pick(_ALNUM + "./", 43),
)
A(
    "htpasswd",
    """
$ htpasswd -nbB staging x
staging:«S»
""",
    "$2y$05$" + _pick(_ALNUM + "./", 53),
)
A(
    "htpasswd",
    """
# .htpasswd
partner:«S»
""",
    "$apr1$" + an(8) + "$" + _pick(_ALNUM + "./", 22),
)
A(
    "htpasswd-command",
    """
htpasswd -cb /etc/nginx/.htpasswd partner '«S»'
Adding password for user partner
""",
    pw(),
)
A(
    "chpasswd",
    """
echo 'backup:«S»' | sudo chpasswd
""",
    pw(),
)
A(
    "sudo-stdin",
    """
echo '«S»' | sudo -S systemctl restart nginx
""",
    pw(),
)
A(
    "sshpass",
    """
sshpass -p '«S»' ssh -o StrictHostKeyChecking=no root@10.0.4.7 uptime
""",
    pw(),
)
A(
    "ssh-keygen-passphrase",
    """
ssh-keygen -t ed25519 -f ~/.ssh/deploy -N '«S»' -C deploy@corp
""",
    pw(),
)
A(
    "expect-script",
    """
spawn ssh admin@sw2.corp.example
expect "assword:"
send "«S»\\r"
expect "#"
""",
    pw("!*+^"),
)
A(
    "ldap-bind",
    """
ldapsearch -x -H ldaps://dc1.corp.example -D "cn=reader,dc=corp,dc=example" -w '«S»' -b dc=corp,dc=example '(uid=dana)'
""",
    pw(),
)
A(
    "sssd",
    """
ldap_default_bind_dn = cn=sssd,ou=svc,dc=corp,dc=example
ldap_default_authtok_type = password
ldap_default_authtok = «S»
""",
    pw(),
)
A(
    "radius",
    """
client office-ap {
    ipaddr = 10.20.0.0/24
    secret = «S»
}
""",
    an(22),
)
A(
    "snmp-v2-community",
    """
snmpwalk -v2c -c «S» 10.20.0.2 sysDescr
SNMPv2-MIB::sysDescr.0 = STRING: edge router
""",
    "rw" + an(14),
)
A(
    "snmp-v3",
    """
createUser monitor SHA "«S»" AES "«P»"
""",
    pw("!*+^"),
    P=pw("!*+^"),
)
A(
    "cisco-type7",
    """
interface Vlan10
!
username netadm privilege 15 password 7 «S»
enable secret 9 $9$«N»
""",
    "08" + HX(26),
    N=_pick(_ALNUM + "./", 14) + "$" + _pick(_ALNUM + "./", 43),
)
A(
    "cisco-enable-secret",
    """
hostname edge1
enable secret 5 «S»
ip domain-name corp.example
""",
    "$1$" + an(4) + "$" + _pick(_ALNUM + "./", 22),
)
A(
    "mikrotik",
    """
/interface l2tp-client add name=hq connect-to=vpn.corp.example user=branch4 password="«S»" ipsec-secret="«P»" use-ipsec=yes
""",
    pw("!*+^"),
    P=an(20),
)
A(
    "ipsec-secrets",
    """
$ sudo cat /etc/ipsec.secrets
198.51.100.7 203.0.113.9 : PSK "«S»"
""",
    an(32),
)
A(
    "keytab-dump",
    """
$ klist -k -e -K /etc/krb5.keytab
KVNO Principal
---- ------------------------------------------------
   3 host/web1.corp.example@CORP.EXAMPLE (aes256-cts-hmac-sha1-96)  (0x«S»)
""",
    hx(64),
)
A(
    "kinit",
    """
echo '«S»' | kinit svc-hdfs@CORP.EXAMPLE
Password for svc-hdfs@CORP.EXAMPLE:
""",
    pw(),
)
A(
    "ntlm-hash",
    """
Administrator:500:aad3b435b51404eeaad3b435b51404ee:«S»:::
""",
    hx(32),
)
A(
    "wifi-nmcli",
    """
nmcli device wifi connect "Corp-Guest" password "«S»"
Device 'wlan0' successfully activated
""",
    pw(),
)
A(
    "wpa-supplicant",
    """
network={
    ssid="Corp-IoT"
    psk="«S»"
    key_mgmt=WPA-PSK
}
""",
    pw(),
)
A(
    "wifi-qr",
    """
qrencode -t ansiutf8 'WIFI:S:Corp-IoT;T:WPA;P:«S»;;'
""",
    pws(),
)
A(
    "smtp-swaks",
    """
swaks --server smtp.corp.example:587 --auth LOGIN --auth-user relay@corp.example --auth-password '«S»' --to qa@corp.example
""",
    pw(),
)
A(
    "smtp-auth-trace",
    """
250-AUTH PLAIN LOGIN
AUTH PLAIN «S»
235 2.7.0 Authentication successful
""",
    base64.b64encode(("\0relay\0" + pw()).encode()).decode(),
)
A(
    "rclone",
    """
[corp-minio]
type = s3
provider = Minio
access_key_id = backup
secret_access_key = «S»
endpoint = https://s3.corp.example
""",
    an(40),
)
A(
    "mc-alias",
    """
mc alias set corp https://s3.corp.example «K» «S»
Added `corp` successfully.
""",
    an(40),
    K=an(20),
)
A(
    "restic",
    """
RESTIC_REPOSITORY=sftp:nas:/backup RESTIC_PASSWORD='«S»' restic snapshots
""",
    pw(),
)
A(
    "luks",
    """
printf '%s' '«S»' | cryptsetup open /dev/sdb1 vault --key-file=-
""",
    pw(),
)
A(
    "powershell-securestring",
    """
$sec = ConvertTo-SecureString '«S»' -AsPlainText -Force
$cred = New-Object System.Management.Automation.PSCredential('CORP\\svc_sql', $sec)
""",
    pw(),
)
A(
    "net-use",
    """
C:\\> net use Z: \\\\fs1.corp.example\\share /user:CORP\\backup «S»
The command completed successfully.
""",
    pw("!*+"),
)
A(
    "smb-credentials",
    """
mount -t cifs //fs1.corp.example/media /mnt/media -o username=plex,password=«S»,uid=1000
""",
    pws(),
)
A(
    "ftp-lftp",
    """
lftp -u webmaster,«S» ftp.corp.example -e 'mirror -R dist /www; bye'
""",
    pws(),
)

# ---------------------------------------------------------------- chat and prose
A(
    "chat-english",
    """
User: can you ssh into the staging box and check why nginx is down? user is deploy and the password is «S»
""",
    pw(),
)
A(
    "chat-english",
    """
ok the login for the test shop: shopmgr / «S» - try again pls
""",
    pw(),
)
A(
    "chat-correction",
    """
no not that one. pw for grafana was rotated yesterday, new pw: «S»
""",
    pw(),
)
A(
    "chat-german",
    """
Melde dich bitte am Testserver an, Benutzer ist admin und das Passwort lautet «S», dann prüf die Logs.
""",
    pw(),
)
A(
    "chat-german",
    """
Zugangsdaten für das CMS:
Benutzername: redaktion
Kennwort: «S»
""",
    pw(),
)
A(
    "chat-french",
    """
Connecte-toi à la base de recette, le mot de passe de l'utilisateur lecture est «S» et le port 5433.
""",
    pw(),
)
A(
    "chat-french",
    """
Identifiant : compta
Mot de passe : «S»
""",
    pw(),
)
A(
    "chat-spanish",
    """
Entra en el panel con el usuario soporte; la contraseña es «S» (cámbiala después).
""",
    pw(),
)
A(
    "chat-portuguese",
    """
A senha do banco de homologação é «S», usuário leitura.
""",
    pw(),
)
A(
    "chat-italian",
    """
Per il router in ufficio la password è «S», utente admin.
""",
    pw(),
)
A(
    "chat-polish",
    """
Hasło do panelu testowego: «S»
Login: tester
""",
    pw(),
)
A(
    "assistant-summary",
    """
I logged in at https://shop.corp.example/admin with the credentials you gave me (username `ops`, password `«S»`) and the order list loads.
""",
    pw(),
)
A(
    "markdown-table",
    """
| Host | User | Password |
|------|------|----------|
| nas1 | admin | «A» |
| nas2 | admin | «S» |
""",
    pw(),
    A=pw(),
)
A(
    "csv-users",
    """
email,role,password,active
dana@corp.example,admin,«S»,true
lee@corp.example,viewer,«B»,true
""",
    pw(),
    B=pw(),
)
A(
    "playwright-fill",
    """
await page.getByLabel('Email').fill('qa@corp.example');
await page.getByLabel('Password').fill('«S»');
await page.getByRole('button', { name: 'Sign in' }).click();
""",
    pw(),
)
A(
    "mcp-browser-args",
    """
{"type":"tool_use","name":"mcp__playwright__browser_type","input":{"element":"Password textbox","ref":"e31","text":"«S»","submit":true}}
""",
    pw(),
)
A(
    "mcp-postgres-args",
    """
"postgres": {"command": "npx", "args": ["-y", "server-postgres", "postgresql://ro:«S»@db.corp.example/app"]}
""",
    pws(),
)
A(
    "login-json",
    """
$ http POST :8080/api/login username=dana password='«S»'
HTTP/1.1 200 OK
""",
    pw(),
)
A(
    "login-json",
    r"""
{"cmd": "curl -s -X POST https://id.corp.example/login -d '{\"user\":\"dana\",\"password\":\"«S»\"}'"}
""",
    pw(),
)
A(
    "form-urlencoded",
    """
POST /wp-login.php HTTP/1.1
Content-Type: application/x-www-form-urlencoded

log=editor&pwd=«S»&wp-submit=Log+In
""",
    urllib.parse.quote(pw("!&+%"), safe=""),
)
A(
    "pydantic-error",
    """
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
smtp_password
  String should have at most 12 characters [type=string_too_long, input_value='«S»', input_type=str]
""",
    pw(),
)
A(
    "wrong-password-echo",
    """
ERROR auth: login failed for user "ops": password "«S»" does not match stored hash
""",
    pw(),
)
A(
    "initial-admin-password",
    """
*************************************************************
Jenkins initial setup is required. An admin user has been created and a password generated.
Please use the following password to proceed to installation:

«S»

This may also be found at: /var/jenkins_home/secrets/initialAdminPassword
""",
    hx(32),
)
A(
    "argocd-initial",
    """
$ argocd admin initial-password -n argocd
«S»

 This password must be only used for first time login.
""",
    an(16),
)
A(
    "jupyter-token",
    """
    To access the server, open this file in a browser, or copy and paste one of these URLs:
        http://127.0.0.1:8888/lab?token=«S»
""",
    hx(48),
)

# ---------------------------------------------------------------- encodings and code
A(
    "echo-base64",
    """
echo '«S»' | base64 -d > .env
""",
    E("DB_HOST=pg1.corp.example\nDB_PASSWORD=" + pw() + "\n"),
)
A(
    "echo-into-base64",
    """
$ echo -n '«S»' | base64   # value for the db password secret
""",
    pw(),
)
_e = textwrap.wrap(
    E(
        "SMTP_USER=relay\nSMTP_PASSWORD="
        + pw()
        + "\nSTRIPE_SECRET_KEY=sk_live_51"
        + an(60)
        + "\nSESSION_SECRET="
        + hx(40)
        + "\n"
    ),
    76,
)
A(
    "base64-env-file",
    """
$ base64 .env
«B»
""",
    _e[1],
    B="\n".join(_e),
)
A(
    "heredoc-env",
    """
cat > /srv/app/.env <<'EOT'
SMTP_HOST=smtp.corp.example
SMTP_PASS=«S»
EOT
""",
    pw(),
)
A(
    "split-python",
    """
token = ("ghp_"
         "«S»")
session.headers["Authorization"] = f"token {token}"
""",
    an(36),
)
A(
    "split-javascript",
    """
const apiSecret = '«A»' + '«S»' + '«B»';
""",
    hx(24),
    A=hx(8),
    B=hx(8),
)
A(
    "split-java",
    """
private static final String DB_PASSWORD = "«A»" +
        "«S»";
""",
    "Falcon!" + dg(4),
    A="Snow7-",
)
A(
    "code-go",
    """
cfg := mysql.Config{User: "orders", Passwd: "«S»", Net: "tcp", Addr: "db4:3306", DBName: "orders"}
""",
    pw(),
)
A(
    "code-csharp",
    """
var creds = new NetworkCredential("svc-mail", "«S»", "CORP");
""",
    pw(),
)
A(
    "code-rust",
    """
let opts = PgConnectOptions::new().host("pg1").username("svc").password("«S»");
""",
    pw(),
)
A(
    "code-php",
    """
$pdo = new PDO('mysql:host=db2;dbname=wiki', 'wiki', '«S»');
""",
    pw(),
)
A(
    "code-ruby",
    """
Net::SSH.start('web1.corp.example', 'deploy', password: '«S»') { |ssh| puts ssh.exec!('uptime') }
""",
    pw(),
)
A(
    "code-kotlin",
    """
HikariConfig().apply { jdbcUrl = url; username = "svc"; password = "«S»" }
""",
    pw("!*+^"),
)
A(
    "code-swift",
    """
let clientSecret = "«S»"
""",
    ur(40),
)
A(
    "code-perl",
    """
my $dbh = DBI->connect("dbi:Pg:dbname=ledger;host=pg1", "ledger", '«S»', { RaiseError => 1 });
""",
    pw(),
)
A(
    "code-c",
    """
#define WIFI_SSID "Corp-IoT"
#define WIFI_PASSWORD "«S»"
""",
    pw(),
)
A(
    "code-paramiko",
    """
ssh.connect("10.0.4.9", username="root", password="«S»", timeout=10)
""",
    pw(),
)
A(
    "webhook-hmac",
    """
GITHUB_WEBHOOK_SECRET=«S» ./hookd --listen :9000
""",
    hx(40),
)
A(
    "git-diff-secret",
    """
@@ -4,3 +4,3 @@ auth:
   issuer: corp
-  client_secret: «S»
+  client_secret: ${CLIENT_SECRET}
""",
    an(36),
)
A(
    "plist-xml",
    """
<key>SMTPPassword</key>
<string>«S»</string>
""",
    pw("!*+^"),
)
A(
    "windows-autologon",
    """
<AutoLogon>
  <Password><Value>«S»</Value><PlainText>true</PlainText></Password>
  <Username>kiosk</Username>
</AutoLogon>
""",
    pw("!*+^"),
)
A(
    "ci-log-echo",
    """
2026-04-17T08:44:10.113Z ##[group]Run ./deploy.sh
2026-04-17T08:44:10.120Z + curl -fsS -u deployer:«S» -T dist.tgz https://artifacts.corp.example/web/
2026-04-17T08:44:12.002Z 201 Created
""",
    pws(),
)
A(
    "ps-output",
    """
$ ps aux | grep exporter
root  2214  0.1  0.2 ./pg_exporter --dsn user=mon password=«S» host=pg1 sslmode=disable
""",
    pws(),
)
A(
    "shell-history",
    """
  881  cd /srv/app
  882  export ADMIN_PASSWORD=«S»
  883  ./manage.py createsuperuser --noinput
""",
    pws(),
)
A(
    "hcl-nomad",
    """
template {
  data = <<EOH
RABBIT_PASS="«S»"
EOH
  env = true
}
""",
    pw(),
)
A(
    "toml-streamlit",
    """
# .streamlit/secrets.toml
[db]
username = "dash"
password = "«S»"
""",
    pw(),
)
A(
    "ini-odoo",
    """
[options]
admin_passwd = «S»
db_host = pg1
xmlrpc_port = 8069
""",
    pw(),
)
A(
    "mosquitto",
    """
mosquitto_pub -h mqtt.corp.example -u sensor -P '«S»' -t plant/1 -m 21.4
""",
    pw(),
)
A(
    "svn",
    """
svn checkout --username builder --password '«S»' https://svn.corp.example/trunk
""",
    pw(),
)
A(
    "git-credentials",
    """
$ cat ~/.git-credentials
https://mirror:«S»@git.corp.example
""",
    pws(),
)
A(
    "zip-password",
    """
7z x handover.7z -p'«S»' -ohandover
Everything is Ok
""",
    pw(),
)

# ---------------------------------------------------------------- negatives
N(
    "commit-hash",
    "commit «A»\nAuthor: build bot\nDate:   Fri Apr 17 09:12:44 2026 +0200\n\n    fix: retry token refresh once",
    A=hx(40),
)
N(
    "git-log-oneline",
    "«A» rotate password form styles\n«B» add secret scanning docs\n«C» token bucket limiter",
    A=hx(9),
    B=hx(9),
    C=hx(9),
)
N(
    "git-diff-index",
    "diff --git a/src/auth.ts b/src/auth.ts\nindex «A»..«B» 100644\n--- a/src/auth.ts\n+++ b/src/auth.ts",
    A=hx(10),
    B=hx(10),
)
N("sha256sum", "«A»  dist/app-1.4.2.tar.gz\n«B»  dist/app-1.4.2.zip", A=hx(64), B=hx(64))
N("docker-digest", "Digest: sha256:«A»\nStatus: Downloaded newer image for postgres:17", A=hx(64))
N(
    "npm-lock-integrity",
    '"node_modules/left-trim": {\n  "version": "2.1.0",\n  "integrity": "sha512-«A»",\n  "license": "MIT"\n}',
    A=b64(64),
)
N(
    "go-sum",
    "golang.corp.example/x/text v0.14.0 h1:«A»\ngolang.corp.example/x/text v0.14.0/go.mod h1:«B»",
    A=b64(32),
    B=b64(32),
)
N("cargo-lock", '[[package]]\nname = "serde"\nversion = "1.0.219"\nchecksum = "«A»"', A=hx(64))
N(
    "uv-lock",
    'wheels = [\n    { url = "https://files.corp.example/attrs-25.3.0-py3-none-any.whl", hash = "sha256:«A»", size = 63815 },\n]',
    A=hx(64),
)
N(
    "uuid-rows",
    " id                                   | name\n--------------------------------------+-------\n «A» | Dana\n «B» | Lee",
    A=uid(),
    B=uid(),
)
N("request-id", "INFO request_id=«A» method=GET path=/api/tokens status=200 duration_ms=14", A=uid())
N("trace-id", "traceparent: 00-«A»-«B»-01", A=hx(32), B=hx(16))
N(
    "session-uuid-log",
    '{"type":"user","uuid":"«A»","parentUuid":"«B»","sessionId":"«C»","message":{"role":"user","content":"run the tests"}}',
    A=uid(),
    B=uid(),
    C=uid(),
)
N("tool-use-id", '{"type":"tool_result","tool_use_id":"toolu_01«A»","content":"ok"}', A=an(22))
N(
    "message-id",
    '{"id":"msg_01«A»","type":"message","role":"assistant","usage":{"input_tokens":1204,"output_tokens":88}}',
    A=an(22),
)
N("token-counts", "token_count=1234 max_tokens=4096 prompt_tokens=812 completion_tokens=96")
N("typed-signature", "def login(username: str, password: str, *, token: str | None = None) -> Session:\n    ...")
N(
    "typescript-interface",
    "interface Credentials {\n  username: string;\n  password: string;\n  apiKey?: string;\n  refreshToken: string | null;\n}",
)
N("env-read-python", 'API_KEY = os.environ["OPENAI_API_KEY"]\npassword = os.getenv("DB_PASSWORD", "")')
N(
    "env-read-node",
    "const secret = process.env.JWT_SECRET ?? '';\nif (!secret) throw new Error('JWT_SECRET is not set');",
)
N(
    "shell-variable-reference",
    'curl -H "Authorization: Bearer $GITHUB_TOKEN" -u "$USER:$PASS" https://api.corp.example/me',
)
N("shell-command-substitution", 'export VAULT_TOKEN=$(vault print token)\nexport PGPASSWORD="$(pass show db/prod)"')
N("actions-secrets-expression", "env:\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n  DEPLOY_KEY: ${{ secrets.DEPLOY_KEY }}")
N(
    "helm-template",
    'password: {{ .Values.auth.password | b64enc | quote }}\nexistingSecret: {{ include "app.secretName" . }}',
)
N(
    "terraform-variable",
    'variable "db_password" {\n  type        = string\n  sensitive   = true\n  description = "Master password of the database"\n}',
)
N("terraform-reference", 'password = var.db_password\ntoken    = data.vault_generic_secret.ci.data["token"]')
N(
    "terraform-plan-sensitive",
    '  + resource "aws_db_instance" "main" {\n      + password = (sensitive value)\n      + username = "app"\n    }',
)
N("k8s-secret-ref", "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db-auth\n      key: password")
N(
    "kubectl-get-secrets",
    "NAME        TYPE     DATA   AGE\ndb-auth     Opaque   2      41d\nsmtp        Opaque   2      12d",
)
N(
    "kubectl-describe-secret",
    "Name:         db-auth\nType:  Opaque\n\nData\n====\npassword:  18 bytes\nusername:  3 bytes",
)
N(
    "ci-masked",
    "2026-04-17T08:44:10Z   NPM_TOKEN: ***\n2026-04-17T08:44:10Z   DEPLOY_PASSWORD: ***\n2026-04-17T08:44:11Z + docker login -u ci -p *** registry.corp.example",
)
N("masked-key-tail", "Using API key sk-...****...9f2c (last used 2 days ago)")
N("redacted-marker", "db_password: [REDACTED]\napi_key: <redacted>")
N("env-example-empty", "DATABASE_URL=\nSECRET_KEY=\nSTRIPE_SECRET_KEY=\n")
N("placeholder-angle", "export API_TOKEN=<your-token-here>\nexport DB_PASSWORD=<password>")
N("placeholder-words", "OPENAI_API_KEY=your-api-key-here\nJWT_SECRET=<generate with openssl rand -hex 32>")
N(
    "docs-password-policy",
    "Passwords must have at least 12 characters, one digit and one symbol. A password is never logged.",
)
N(
    "docs-token-endpoint",
    "POST /oauth2/token returns an access token and, with the offline_access scope, a refresh token.",
)
N(
    "german-docs",
    "Das Passwort lautet in jeder Umgebung anders; es steht im Passwortmanager. Kennwort vergessen? Dann bitte zurücksetzen.",
)
N("french-docs", "Le mot de passe est obligatoire et doit contenir douze caractères. Mot de passe oublié ?")
N("spanish-docs", "La contraseña es obligatoria. Si olvidaste la contraseña, pulsa el enlace.")
N(
    "i18n-json",
    '{"login.password": "Password", "login.forgot": "Forgot your password?", "login.token": "One-time code", "settings.apiKey": "API key"}',
)
N(
    "html-form",
    '<label for="password">Password</label>\n<input id="password" name="password" type="password" autocomplete="current-password" required minlength="12">',
)
N(
    "css",
    ".password-field { color: #a1b2c3; background: #0f172a; }\n.token--keyword { color: #d73a49; font-weight: 600 }",
)
N("css-module-hash", '<div class="Button_primary__x7Kq2 Form_password__9fLz3 css-1q8w2hk">')
N("base64-image", 'background: url("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA«A»");', A=b64(180))
N("inline-font", "src: url(data:font/woff2;base64,d09GMgABAAAAA«A») format('woff2');", A=b64(150))
N(
    "minified-js",
    'function r(e,t){var n=e.password,o=t.token;return n&&o?i(n,o,!0):null}var a={key:"Enter",secret:!1,tokenType:2};export{r as login,a as opts};',
)
N(
    "sourcemap",
    '//# sourceMappingURL=main.4f9a1c77.js.map\n{"version":3,"mappings":"AAAA,SAASA,EAAMC,GACb,OAAOA,EAAEC,SAAWC,KAAKC","names":["login","password"]}',
)
N(
    "bundle-filenames",
    "dist/assets/index-BkV3xQ9a.js      214.11 kB │ gzip: 68.02 kB\ndist/assets/Password-D7fJt2Lw.css    3.20 kB │ gzip:  1.01 kB",
)
N("regex-secret-scan", r"TOKEN_RE = re.compile(r'\b(ghp|gho)_[A-Za-z0-9]{36}\b|sk-[A-Za-z0-9]{20,}')")
N("regex-password", r"const strong = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{12,}$/; // password rule")
N(
    "gitleaks-rule",
    "[[rules]]\nid = \"corp-token\"\ndescription = \"Corp API token\"\nregex = '''corp_[a-z0-9]{32}'''\nkeywords = [\"corp_\"]",
)
N(
    "test-names",
    "tests/test_auth.py::test_wrong_password_is_rejected PASSED\ntests/test_auth.py::test_token_expires[3600-True] PASSED",
)
N("pytest-tmp", "tmp_path = PosixPath('/tmp/pytest-of-dev/pytest-31/test_password_reset0')")
N(
    "password-hash-code",
    "hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=12))\nif not bcrypt.checkpw(candidate, hashed):\n    raise InvalidPassword()",
)
N(
    "go-struct",
    'type Config struct {\n\tPassword string `json:"password" env:"DB_PASSWORD"`\n\tAPIKey   string `json:"api_key,omitempty"`\n}',
)
N(
    "java-getter",
    "public String getPassword() { return this.password; }\npublic void setSecretKey(SecretKey secretKey) { this.secretKey = secretKey; }",
)
N("rust-secrecy", "let token: SecretString = config.token.clone();\nclient.bearer_auth(token.expose_secret())")
N(
    "sql-schema",
    "CREATE TABLE users (\n  id uuid PRIMARY KEY,\n  password_hash varchar(255) NOT NULL,\n  api_token text,\n  token_expires_at timestamptz\n);",
)
N("sql-bind-params", "UPDATE users SET password_hash = $1, reset_token = NULL WHERE id = $2")
N(
    "graphql",
    "mutation Login($email: String!, $password: String!) {\n  login(email: $email, password: $password) { token expiresIn }\n}",
)
N(
    "openapi-schema",
    "securitySchemes:\n  bearerAuth:\n    type: http\n    scheme: bearer\n    bearerFormat: JWT\n  apiKey:\n    type: apiKey\n    in: header\n    name: X-API-Key",
)
N(
    "lexer-tokens",
    "Token(type='IDENT', value='password', line=3, col=7)\nToken(type='STRING', value='hello', line=3, col=18)",
)
N("tokenizer", "tokenizer.pad_token = tokenizer.eos_token\nspecial_tokens = {'bos_token': '<s>', 'sep_token': '[SEP]'}")
N(
    "cache-keys",
    "cache_key = f\"user:{user_id}:profile:v3\"\nprimary_key=True, foreign_key='orders.id', sort_key='created_at'",
)
N("react-keys", "{rows.map((row) => <Row key={row.id} tokenName={row.name} onKeyDown={handleKey} />)}")
N("public-ssh-key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI«A» deploy", A=_pick(_ALNUM, 43))
N("ssh-fingerprint", "256 SHA256:«A» deploy (ED25519)", A=b64(32).rstrip("="))
N(
    "certificate",
    "-----BEGIN CERTIFICATE-----\n«A»\n«B»\n-----END CERTIFICATE-----",
    A="MIIB" + _pick(_ALNUM + "+/", 60),
    B=_pick(_ALNUM + "+/", 64),
)
N(
    "public-key-pem",
    "-----BEGIN PUBLIC KEY-----\n«A»\n«B»==\n-----END PUBLIC KEY-----",
    A="MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + _pick(_ALNUM + "+/", 28),
    B=_pick(_ALNUM + "+/", 58),
)
N(
    "known-hosts-tls",
    "subject=CN = portal.corp.example\nserial=«A»\nsha1 Fingerprint=«B»",
    A=HX(32),
    B=":".join(HX(2) for _ in range(20)),
)
N(
    "age-recipient",
    "creation_rules:\n  - path_regex: .*\\.enc\\.yaml$\n    age: age1«A»",
    A=_pick("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58),
)
N("eth-address-tx", "to: 0x«A»\ntransactionHash: 0x«B»\nblockNumber: 19283746", A=hx(40), B=hx(64))
N("etag-headers", 'etag: W/"«A»"\nx-amz-request-id: «B»\ncache-control: max-age=600', A=hx(32), B=un(16))
N(
    "aws-arns",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbC1dE\narn:aws:kms:eu-west-1:123456789012:key/«A»",
    A=uid(),
)
N("aws-ids", "vpc-«A» subnet-«B» i-«C» sg-«D»", A=hx(17), B=hx(17), C=hx(17), D=hx(17))
N("vault-reference", "DB_PASSWORD=op://Infra/Prod DB/password\nAPI_KEY=vault:secret/data/apps/erp#api_key")
N(
    "auth-error-messages",
    "psql: error: FATAL:  password authentication failed for user \"app\"\nremote: Invalid username or password.\nERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
)
N("prompts-for-password", "[sudo] password for dev: \nEnter passphrase for key 'id_ed25519': \nSorry, try again.")
N(
    "cli-help",
    "  -p, --password string        Password (prompted for if left out)\n      --password-stdin         Take the password from stdin\n      --token string           API token [env: CORP_TOKEN]",
)
N(
    "password-file-flags",
    "docker login -u ci --password-stdin registry.corp.example < token.txt\nansible-playbook site.yml --vault-password-file .vault_pass\nrestic --password-file /etc/restic.pass check",
)
N(
    "grep-results",
    "src/auth/login.ts:41:  const { email, password } = req.body;\nsrc/auth/login.ts:57:  if (token.expired) return refresh(token);\nsrc/config.py:12:    secret_key: SecretStr",
)
N("changelog", "## 4.2.0\n- Secrets: read passwords from files (#4412)\n- Token refresh no longer races (fixes 8812)")
N("commit-message", "feat(auth): password reset by e-mail, tokens valid for 30 minutes")
N(
    "enum-values",
    "enum GrantType { Password = 'password', ClientCredentials = 'client_credentials', RefreshToken = 'refresh_token' }",
)
N(
    "feature-list",
    'auth_methods = ["password", "token", "publickey", "keyboard-interactive"]\npassword_required = true\ntoken_ttl = 3600',
)
N(
    "url-no-secret",
    "postgresql://localhost:5432/app\nredis://cache.corp.example:6379/0\nhttps://git@git.corp.example/corp/site.git",
)
N(
    "url-templated",
    'dsn = f"postgresql://{user}:{password}@{host}:{port}/{name}"\nurl = "https://${USER}:${TOKEN}@git.corp.example"',
)
N(
    "uuid-migration",
    "Revision ID: «A»\nRevises: «B»\nCreate Date: 2026-04-17 10:02:11\nadd password_changed_at",
    A=hx(12),
    B=hx(12),
)
N(
    "wasm-hex-dump",
    "00000000: 0061 736d 0100 0000 0108 0260 017f 0060  .asm.......`...`\n00000010: 0000 020f 0103 656e 7607 746f 6b65 6e73  ......env.tokens",
)

# FORMS keeps about 220 entries spread over all groups; the others stand in MORE_FORMS.
_extra = set(random.Random(7).sample(range(len(FORMS)), len(FORMS) - 224))
MORE_FORMS: list[tuple[str, str, str]] = [f for i, f in enumerate(FORMS) if i in _extra]
FORMS = [f for i, f in enumerate(FORMS) if i not in _extra]


def _check():
    ALL = FORMS + MORE_FORMS
    assert all(s in t for _, t, s in ALL), [f for f, t, s in ALL if s not in t]
    assert all(len(s) >= 8 for _, _, s in ALL)
    assert len({t for _, t, _ in ALL}) == len(ALL) and len({s for _, _, s in ALL}) == len(ALL)
    assert len({t for _, t in NEGATIVES}) == len(NEGATIVES) == len({w for w, _ in NEGATIVES})
    assert not any("«" in t or "»" in t for t in [f[1] for f in ALL] + [n[1] for n in NEGATIVES])
    assert max(t.count("\n") for _, t, _ in ALL) < 15
    per = {}
    for f, _, _ in ALL:
        per[f] = per.get(f, 0) + 1
    assert max(per.values()) <= 3, per
    return len(FORMS), len({f for f, _, _ in FORMS}), len(MORE_FORMS), len(NEGATIVES)


if __name__ == "__main__":
    print("forms %d, families in FORMS %d, more forms %d, negatives %d" % _check())
