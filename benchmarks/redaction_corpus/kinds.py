"""Kinds of secrets: the name each goes by in settings, the form of its value, whether the form alone gives it away.

Written from what the services document of their own keys, not from the rules under test: some kinds here have no rule
of their own, and a third can only be known by the name that stands beside them.
"""

import base64
import random
from typing import NamedTuple

from twiceshy.privacy.samples import expand


class Kind(NamedTuple):
    """One sort of token."""

    name: str
    setting: str
    """As an environment variable."""
    value: str
    """A template of ``twiceshy.privacy.samples``."""
    bare: bool = True
    """Whether the value is known without its name."""


UUID = "<<0-9a-f:8>>-<<0-9a-f:4>>-4<<0-9a-f:3>>-b<<0-9a-f:3>>-<<0-9a-f:12>>"
HEX32, HEX40, HEX64 = "<<0-9a-f:32>>", "<<0-9a-f:40>>", "<<0-9a-f:64>>"
MIX = "A-Za-z0-9"
NAMED = False

TOKENS = (
    Kind("aws-key-id", "AWS_ACCESS_KEY_ID", "AKIA<<A-Z2-7:16>>"),
    Kind("aws-temporary-id", "AWS_ACCESS_KEY_ID", "ASIA<<A-Z2-7:16>>"),
    Kind("aws-secret", "AWS_SECRET_ACCESS_KEY", "<<A-Za-z0-9/+:40>>", NAMED),
    Kind("aws-session", "AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2Vj<<A-Za-z0-9/+:240>>=", NAMED),
    Kind("google-api-key", "GOOGLE_API_KEY", "AIzaSy<<A-Za-z0-9_-:33>>"),
    Kind("google-oauth", "GOOGLE_CLIENT_SECRET", "GOCSPX-<<A-Za-z0-9_-:28>>"),
    Kind("google-access", "GOOGLE_ACCESS_TOKEN", "ya29.a0<<A-Za-z0-9_-:120>>"),
    Kind("azure-client", "AZURE_CLIENT_SECRET", "<<A-Za-z0-9:3>>8Q~<<A-Za-z0-9_.~-:34>>"),
    Kind("azure-storage", "AZURE_STORAGE_KEY", "<<A-Za-z0-9+/:86>>==", NAMED),
    Kind("github-classic", "GITHUB_TOKEN", f"ghp_<<{MIX}:36>>"),
    Kind("github-fine", "GH_TOKEN", f"github_pat_11<<A-Z0-9:20>>_<<{MIX}:59>>"),
    Kind("github-server", "GITHUB_TOKEN", f"ghs_<<{MIX}:36>>"),
    Kind("gitlab", "GITLAB_TOKEN", "glpat-<<A-Za-z0-9_-:20>>"),
    Kind("gitlab-deploy", "CI_DEPLOY_TOKEN", f"gldt-<<{MIX}:20>>"),
    Kind("bitbucket", "BITBUCKET_APP_PASSWORD", f"ATBB<<{MIX}:24>><<A-F0-9:8>>"),
    Kind("atlassian", "JIRA_API_TOKEN", "ATATT3xFfGF0<<A-Za-z0-9_-:172>>=<<A-F0-9:8>>"),
    Kind("npm", "NPM_TOKEN", f"npm_<<{MIX}:36>>"),
    Kind("pypi", "TWINE_PASSWORD", "pypi-AgEIcHlwaS5vcmc<<A-Za-z0-9_-:150>>"),
    Kind("rubygems", "GEM_HOST_API_KEY", "rubygems_<<0-9a-f:48>>"),
    Kind("crates", "CARGO_REGISTRY_TOKEN", f"cio<<{MIX}:32>>"),
    Kind("docker-pat", "DOCKERHUB_TOKEN", "dckr_pat_<<A-Za-z0-9_-:27>>"),
    Kind("anthropic", "ANTHROPIC_API_KEY", "sk-ant-api03-<<A-Za-z0-9_-:93>>AA"),
    Kind("openai-project", "OPENAI_API_KEY", "sk-proj-<<A-Za-z0-9_-:74>>T3BlbkFJ<<A-Za-z0-9_-:74>>"),
    Kind("openai-old", "OPENAI_API_KEY", f"sk-<<{MIX}:20>>T3BlbkFJ<<{MIX}:20>>"),
    Kind("deepseek", "DEEPSEEK_API_KEY", f"sk-{HEX32}"),
    Kind("openrouter", "OPENROUTER_API_KEY", f"sk-or-v1-{HEX64}"),
    Kind("huggingface", "HF_TOKEN", "hf_<<A-Za-z:34>>"),
    Kind("groq", "GROQ_API_KEY", f"gsk_<<{MIX}:52>>"),
    Kind("replicate", "REPLICATE_API_TOKEN", f"r8_<<{MIX}:37>>"),
    Kind("perplexity", "PERPLEXITY_API_KEY", f"pplx-<<{MIX}:48>>"),
    Kind("xai", "XAI_API_KEY", f"xai-<<{MIX}:80>>"),
    Kind("wandb", "WANDB_API_KEY", HEX40, NAMED),
    Kind("cohere", "COHERE_API_KEY", f"<<{MIX}:40>>", NAMED),
    Kind("mistral", "MISTRAL_API_KEY", f"<<{MIX}:32>>", NAMED),
    Kind("elevenlabs", "ELEVENLABS_API_KEY", "sk_<<0-9a-f:48>>"),
    Kind("fireworks", "FIREWORKS_API_KEY", f"fw_<<{MIX}:24>>", NAMED),
    Kind("firecrawl", "FIRECRAWL_API_KEY", f"fc-{HEX32}"),
    Kind("tavily", "TAVILY_API_KEY", f"tvly-dev-<<{MIX}:32>>"),
    Kind("pinecone", "PINECONE_API_KEY", f"pcsk_<<{MIX}:6>>_<<{MIX}:63>>"),
    Kind("langsmith", "LANGCHAIN_API_KEY", f"lsv2_pt_{HEX32}_<<0-9a-f:10>>"),
    Kind("slack-bot", "SLACK_BOT_TOKEN", f"xoxb-<<1-9:12>>-<<1-9:13>>-<<{MIX}:24>>"),
    Kind("slack-app", "SLACK_APP_TOKEN", f"xapp-1-A<<A-Z0-9:10>>-<<1-9:13>>-{HEX64}"),
    Kind("slack-signing", "SLACK_SIGNING_SECRET", HEX32, NAMED),
    Kind("discord-bot", "DISCORD_TOKEN", f"MT<<{MIX}:24>>.G<<{MIX}:5>>.<<A-Za-z0-9_-:38>>"),
    Kind("telegram", "TELEGRAM_BOT_TOKEN", "<<1-9:10>>:AA<<A-Za-z0-9_-:33>>"),
    Kind("stripe-live", "STRIPE_SECRET_KEY", f"sk_live_51<<{MIX}:97>>"),
    Kind("stripe-test", "STRIPE_SECRET_KEY", f"sk_test_<<{MIX}:24>>"),
    Kind("stripe-hook", "STRIPE_WEBHOOK_SECRET", f"whsec_<<{MIX}:32>>"),
    Kind("square", "SQUARE_ACCESS_TOKEN", "EAAA<<A-Za-z0-9_-:60>>"),
    Kind("shopify", "SHOPIFY_ACCESS_TOKEN", f"shpat_{HEX32}"),
    Kind("sendgrid", "SENDGRID_API_KEY", "SG.<<A-Za-z0-9_-:22>>.<<A-Za-z0-9_-:43>>"),
    Kind("twilio-token", "TWILIO_AUTH_TOKEN", HEX32, NAMED),
    Kind("twilio-key", "TWILIO_API_KEY", f"SK{HEX32}"),
    Kind("mailgun", "MAILGUN_API_KEY", f"key-{HEX32}"),
    Kind("mailchimp", "MAILCHIMP_API_KEY", f"{HEX32}-us21"),
    Kind("postmark", "POSTMARK_SERVER_TOKEN", UUID, NAMED),
    Kind("resend", "RESEND_API_KEY", f"re_<<{MIX}:8>>_<<{MIX}:24>>"),
    Kind("datadog", "DD_API_KEY", HEX32, NAMED),
    Kind("datadog-app", "DATADOG_APP_KEY", HEX40, NAMED),
    Kind("new-relic", "NEW_RELIC_API_KEY", "NRAK-<<A-Z0-9:27>>"),
    Kind("sentry", "SENTRY_AUTH_TOKEN", f"sntryu_{HEX64}"),
    Kind("grafana", "GRAFANA_TOKEN", f"glsa_<<{MIX}:32>>_<<0-9a-f:8>>"),
    Kind("honeycomb", "HONEYCOMB_API_KEY", f"<<{MIX}:22>>", NAMED),
    Kind("pagerduty", "PAGERDUTY_TOKEN", "u+<<A-Za-z0-9_-:18>>", NAMED),
    Kind("posthog", "POSTHOG_PERSONAL_API_KEY", f"phx_<<{MIX}:43>>"),
    Kind("digitalocean", "DIGITALOCEAN_TOKEN", f"dop_v1_{HEX64}"),
    Kind("cloudflare", "CLOUDFLARE_API_TOKEN", "<<A-Za-z0-9_-:40>>", NAMED),
    Kind("heroku", "HEROKU_API_KEY", UUID, NAMED),
    Kind("vercel", "VERCEL_TOKEN", f"<<{MIX}:24>>", NAMED),
    Kind("netlify", "NETLIFY_AUTH_TOKEN", f"nfp_<<{MIX}:36>>"),
    Kind("fly", "FLY_API_TOKEN", "fm2_<<A-Za-z0-9+/:180>>="),
    Kind("render", "RENDER_API_KEY", f"rnd_<<{MIX}:28>>"),
    Kind("tailscale", "TS_AUTHKEY", f"tskey-auth-k<<{MIX}:11>>CNTRL-<<{MIX}:32>>"),
    Kind("neon", "NEON_API_KEY", "napi_<<a-z0-9:64>>"),
    Kind("supabase", "SUPABASE_ACCESS_TOKEN", f"sbp_{HEX40}"),
    Kind("planetscale", "PLANETSCALE_TOKEN", "pscale_tkn_<<A-Za-z0-9_-:43>>"),
    Kind("databricks", "DATABRICKS_TOKEN", f"dapi{HEX32}"),
    Kind("snyk", "SNYK_TOKEN", UUID, NAMED),
    Kind("codecov", "CODECOV_TOKEN", UUID, NAMED),
    Kind("sonar", "SONAR_TOKEN", f"squ_{HEX40}"),
    Kind("buildkite", "BUILDKITE_API_TOKEN", f"bkua_{HEX40}"),
    Kind("circleci", "CIRCLE_TOKEN", f"CCIPAT_<<{MIX}:22>>_{HEX40}"),
    Kind("terraform", "TF_TOKEN", f"<<{MIX}:14>>.atlasv1.<<{MIX}:67>>"),
    Kind("vault", "VAULT_TOKEN", "hvs.<<A-Za-z0-9_-:90>>"),
    Kind("pulumi", "PULUMI_ACCESS_TOKEN", f"pul-{HEX40}"),
    Kind("doppler", "DOPPLER_TOKEN", f"dp.st.prd.<<{MIX}:43>>"),
    Kind("linear", "LINEAR_API_KEY", f"lin_api_<<{MIX}:40>>"),
    Kind("notion", "NOTION_TOKEN", f"ntn_<<0-9:11>><<{MIX}:35>>"),
    Kind("figma", "FIGMA_TOKEN", "figd_<<A-Za-z0-9_-:40>>"),
    Kind("airtable", "AIRTABLE_TOKEN", f"pat<<{MIX}:14>>.{HEX64}"),
    Kind("asana", "ASANA_TOKEN", f"2/<<1-9:16>>/<<1-9:16>>:{HEX32}", NAMED),
    Kind("hubspot", "HUBSPOT_ACCESS_TOKEN", f"pat-na1-{UUID}"),
    Kind("contentful", "CONTENTFUL_TOKEN", "CFPAT-<<A-Za-z0-9_-:43>>"),
    Kind("algolia", "ALGOLIA_ADMIN_KEY", HEX32, NAMED),
    Kind("mapbox", "MAPBOX_SECRET_TOKEN", "sk.eyJ1<<A-Za-z0-9:70>>.<<A-Za-z0-9_-:22>>"),
    Kind("okta", "OKTA_API_TOKEN", "00<<A-Za-z0-9_-:40>>", NAMED),
    Kind("auth0", "AUTH0_CLIENT_SECRET", "<<A-Za-z0-9_-:64>>", NAMED),
    Kind("onepassword", "OP_SERVICE_ACCOUNT_TOKEN", "ops_eyJ<<A-Za-z0-9:300>>"),
    Kind("django", "DJANGO_SECRET_KEY", "<<a-z0-9!@#%^*(_=+)-:50>>", NAMED),
    Kind("rails", "SECRET_KEY_BASE", "<<0-9a-f:128>>", NAMED),
    Kind("laravel", "APP_KEY", "base64:<<A-Za-z0-9+/:43>>=", NAMED),
    Kind("fernet", "FERNET_KEY", "<<A-Za-z0-9_-:43>>=", NAMED),
    Kind("hmac", "JWT_SECRET", f"<<{MIX}:40>>", NAMED),
    Kind("session", "SESSION_SECRET", f"<<{MIX}:28>>", NAMED),
    Kind("encryption", "ENCRYPTION_KEY", HEX64, NAMED),
    Kind("own-token", "INTERNAL_API_TOKEN", f"<<{MIX}:36>>", NAMED),
    Kind("own-key", "PARTNER_API_KEY", f"<<{MIX}:24>>", NAMED),
    Kind("jwt", "ACCESS_TOKEN", "jwt"),
)

_SUBJECT = '{"sub":"1<0>","name":"Kes","iat":17<1>}'
_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def value_of(kind: Kind, seed: int) -> str:
    """An invented value of this kind."""
    if kind.value != "jwt":
        return expand(kind.value, seed).text
    rng = random.Random(f"jwt:{seed}")
    body = _SUBJECT.replace("<0>", str(rng.randint(10**8, 10**9))).replace("<1>", str(rng.randint(10**7, 10**8)))
    parts = ['{"alg":"HS256","typ":"JWT"}', body]
    signature = "".join(rng.choices(_ALPHABET, k=43))
    return ".".join([*(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), signature])


_NOUNS = (  # noqa: SIM905  # a list of twenty-six lines helps nobody
    "falcon copper winter lantern maple harbor thunder cobalt meadow saffron granite comet willow ember raven orchid "
    "summit tundra violet walrus zephyr canyon pepper monsoon glacier"
).split()
_LEET = str.maketrans("aeio", "43!0")


def password_of(seed: int) -> str:
    """A password as people and generators make them: short, long, words, words with digits, any signs."""
    rng = random.Random(f"password:{seed}")
    one, two, three = rng.sample(_NOUNS, 3)
    forms = (
        f"{one}{rng.randint(10, 99)}",
        f"{one.title()}20{rng.randint(19, 26)}!",
        "".join(rng.choices("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=rng.randint(8, 14))) + "7",
        one.translate(_LEET) + str(rng.randint(1, 9)),
        "".join(rng.choices("abcdefghkmnpqrstuvwxyzABCDEFGHKMNPRSTUVWXYZ!#%*_+^~.-", k=12)) + "4x",
        one + two,
        f"{one}-{two}-{three}-{rng.randint(10, 99)}",
        rng.choice("kqxz") + str(rng.randint(2, 9)) + "".join(rng.choices("QWRTZvbnm3579", k=3)),
        f"{two.title()}@{rng.randint(100, 999)}",
        f"{one}_{rng.choice('ABCXYZ')}{rng.randint(2, 9)}{two[:3].upper()}",
    )
    return forms[seed % len(forms)]
