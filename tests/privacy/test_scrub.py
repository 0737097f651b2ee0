"""Scrubbing: placeholders, memory, events."""

import dataclasses
import re
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.base.values import Text
from twiceshy.privacy import scrub
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import expand
from twiceshy.privacy.scrub import TEXT_FIELDS, Scrubber, scrub_events
from twiceshy.records.events import (
    Action,
    AnyEvent,
    Edit,
    Failure,
    Prompt,
    PromptKind,
    RawEvent,
    Stamp,
    ToolCall,
    ToolResult,
    Usage,
)

RULES = load_rules()
HITS = [template for one in RULES.rules if one.level is RedactionLevel.STANDARD for template in one.hits]
STAMP = Stamp(uid=b"u" * 16, session=b"s" * 16, at=None, rank=1)
SECRET = "hunter2-Zx9"
TOKEN = expand("ghp_<<A-Za-z0-9:36>>", 3).text

NOT_TOUCHED = [
    "",
    "commit 9f2c1e0b7a6d5c4b3a29180706f5e4d3c2b1a090",
    "index 1a2b3c4..5d6e7f8 100644",
    "id 123e4567-e89b-42d3-a456-426614174000",
    '"integrity": "sha512-' + "Zm9v" * 21 + 'Zg=="',
    "golang.org/x/net v0.1.0 h1:" + "aGVsbG8h" * 5 + "abc=",
    "image@sha256:" + "0a1b2c3d" * 8,
    'ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"',
    '"signature": "' + "EqQBCkYIARgCKkB" * 20 + '"',
    "token: [REDACTED]",
    "password=REDACTED",
    "export TOKEN=$GITHUB_TOKEN PASSWORD=${PW}",
    'password = os.environ["PASSWORD"]',
    "const token = process.env.TOKEN;",
    "Authorization: Bearer <your-token>",
    "AWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "interface Login { password: string; token?: string }",
    "def login(password: str, token: str | None = None) -> Token: ...",
    "total_tokens: 123456, input_tokens=4096, cache_read_input_tokens: 88210",
    "--- PASS: TestThing2 (0.01s)",
    "[email:0a1b2c] [user:0a1b2c] [github-token:ffffff]",
    "\ud800 a lone surrogate",
    "naïve café 日本語 \U0001f600",
]


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(RULES, b"salt" * 8, RedactionLevel.STANDARD)


@pytest.mark.parametrize("text", NOT_TOUCHED)
def test_text_without_secrets_is_the_same_object(text: str, scrubber: Scrubber) -> None:
    """Hashes, identifiers, references and placeholders stay, and nothing is copied."""
    assert scrubber.text(text) is text


def test_placeholder_is_typed_salted_and_stable() -> None:
    """One secret has one placeholder in an installation and another elsewhere."""
    one, other = (Scrubber(RULES, salt, RedactionLevel.STANDARD) for salt in (b"a" * 32, b"b" * 32))

    first = one.text(f'password = "{SECRET}"')

    assert re.fullmatch(r'password = "\[password:[0-9a-f]{6}\]"', first)
    assert first[12:-1] in one.text(f"again DB_PASSWORD={SECRET} here")
    assert first != other.text(f'password = "{SECRET}"')


def test_counts_are_by_kind_and_count_repeats() -> None:
    """Every replacement counts, whether it was remembered or scanned."""
    own = Scrubber(RULES, b"", RedactionLevel.STANDARD)

    own.texts([f"password={SECRET}", f"password={SECRET}", "plain"])
    own.text(f"password={SECRET}")

    assert dict(own.counts) == {"password": 3}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("/srv/logs/birds/a.jsonl", None, id="nothing"),
        pytest.param("/home/maria/logs/maria@birds.org.jsonl", None, id="personal only"),
        pytest.param("https://kes:hunter2abc@git.birds.org/r.git", "url-password", id="a password"),
        pytest.param(
            f"/home/maria/{expand('ghp_<<A-Za-z0-9:36>>', 3).text}.jsonl", "github-token", id="a token beside a name"
        ),
    ],
)
def test_a_credential_is_told_from_what_is_personal(text: str, kind: str | None, scrubber: Scrubber) -> None:
    """Only a credential is found, and its text comes back scrubbed."""
    found = scrubber.find_credentials(["x", text])

    assert list(found) == ([] if kind is None else [1])
    assert kind is None or f"[{kind}:" in found[1]


def test_characters_beyond_ascii_stay_whole(scrubber: Scrubber) -> None:
    """Offsets are right around characters of several bytes, and a lone surrogate survives."""
    text = f"日本 \U0001f600 password='{SECRET}' é \ud800 mail kes@birds.org ü"

    scrubbed = scrubber.text(text)

    assert re.fullmatch("日本 \U0001f600 password='\\[password:\\w{6}\\]' é \ud800 mail \\[email:\\w{6}\\] ü", scrubbed)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered never holds more than twice the limit, and forgetting changes no outcome."""
    monkeypatch.setattr(scrub, "REMEMBERED", 10_000)
    own = Scrubber(RULES, b"", RedactionLevel.STANDARD)
    texts = [f"{number} " + "x" * 500 for number in range(200)]

    own.texts(texts)

    assert sum(len(text) for text in (*own._young, *own._old)) <= 20_000
    assert texts == own.texts(texts)


CONTEXTS = [
    "password = '{}'",
    'const dbPassword = "{}";',
    '{{"user":"kes","password":"{}"}}',
    '{{\\"password\\":\\"{}\\"}}',
    "postgres://app:{}@db.birds.org/x",
    "Authorization: Bearer {}",
    "export API_TOKEN={}\n",
    "+    password: '{}'",
    "mysql -u root -p{} shop",
    "curl -u kes:{} https://birds.org",
    "tool --password {} run",
    "machine h login kes password {}",
    "<password>{}</password>",
    "x-api-key: {}",
]
values = st.from_regex(r"[A-Za-z][A-Za-z0-9]{4,8}[0-9][A-Za-z0-9]{6,20}[A-Z][0-9][a-z]", fullmatch=True).filter(
    lambda value: (
        len(set(value.lower())) > 10
        and not re.search(r"(?i)test|fake|mock|dummy|example|your|pass|xxx|here|abcdefgh|1234", value)
    )
)
filler = st.text(max_size=40).map(lambda text: text + "\n")


@settings(max_examples=150, deadline=None)
@given(before=filler, context=st.sampled_from(CONTEXTS), value=values, after=filler)
def test_planted_secret_never_comes_out(before: str, context: str, value: str, after: str, scrubber: Scrubber) -> None:
    """A random secret in code, JSON, a URL, a header, a shell line or a diff is replaced whole."""
    assert value not in scrubber.text(before + context.format(value) + "\n" + after)


@pytest.mark.parametrize("behind", ["DATABASE=", "fooBarBaz=", "make test", "src/fooBar.py"])
def test_what_follows_a_key_in_the_next_line_stays(behind: str, scrubber: Scrubber) -> None:
    """A setting without a value, a command and a file are no rest of the key above them."""
    assert scrubber.text(f"API_KEY=a7kQ2m9LcX4z8Rt\n{behind}\n").endswith(f"]\n{behind}\n")


@pytest.mark.parametrize("gap", ["' '", "''", "' + '", "'\n    '"])
def test_a_value_in_two_pieces_goes_whole(gap: str, scrubber: Scrubber) -> None:
    """Quoted pieces beside each other are one value, with a blank between them too; other things in a row are none."""
    found = scrubber.text(f"password = 'x7Kq2mR{gap}m9LcX4zT'")

    assert "x7Kq2mR" not in found
    assert "m9LcX4zT" not in found
    assert scrubber.text("names = 'x7Kq2mR' 'm9LcX4zT'") == "names = 'x7Kq2mR' 'm9LcX4zT'"


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(HITS).map(lambda template: expand(template).text),
            st.sampled_from([" ", "=", ":", '"', "'", "@", "/", "[", "]", "://", "password", "token="]),
        ),
        max_size=6,
    )
)
def test_scrubbing_twice_changes_nothing(parts: list[str], scrubber: Scrubber) -> None:
    """The scrubbed form of a scrubbed text is itself, whatever stands beside the secrets."""
    once = scrubber.text("".join(parts))

    assert once == scrubber.text(once)


@given(st.lists(st.text(max_size=60), max_size=8))
@settings(max_examples=60, deadline=None)
def test_many_texts_are_scrubbed_like_one(texts: list[str]) -> None:
    """Joining texts for one scan lets no rule see across them."""
    texts = [*texts, "password=", SECRET]

    assert [SHARED.text(text) for text in texts] == list(SHARED_TOO.texts(texts))


SHARED = Scrubber(RULES, b"", RedactionLevel.STANDARD)
SHARED_TOO = Scrubber(RULES, b"", RedactionLevel.STANDARD)


def test_text_fields_are_those_of_the_classes() -> None:
    """Every field of the type Text is scrubbed; a new one cannot be forgotten."""
    found = {}
    for alias in get_args(AnyEvent):
        cls = alias.__origin__
        hints = get_type_hints(cls)
        found[cls] = tuple(
            field.name
            for field in dataclasses.fields(cls)
            if hints[field.name] is Text or Text in get_args(hints[field.name])
        )

    assert found == TEXT_FIELDS


def test_events_are_scrubbed_in_order(scrubber: Scrubber) -> None:
    """Each text of each event is scrubbed, empty and missing ones stay, everything else is untouched."""
    raw: list[RawEvent] = [
        Prompt(stamp=STAMP, kind=PromptKind.TYPED, text=f"use password={SECRET}", images=2),
        Usage(stamp=STAMP, model="m-1", input=1, output=2, cache_write=3, cache_read=4),
        ToolCall(
            stamp=STAMP,
            call=b"c" * 16,
            tool="Bash",
            action=Action.RUN,
            input="",
            path=None,
            command=f"PGPASSWORD={SECRET} psql",
            span=(1, 2),
        ),
        Edit(
            stamp=STAMP,
            call=b"c" * 16,
            path="/home/kestrel/a.py",
            path_key=b"k" * 8,
            before="",
            after=f"password = '{SECRET}'\n",
            partial=False,
            created=True,
        ),
    ]

    prompt, usage, call, edit = scrub_events(raw, scrubber)

    assert usage is raw[1]
    assert isinstance(prompt, Prompt)
    assert isinstance(call, ToolCall)
    assert isinstance(edit, Edit)
    assert SECRET not in repr((prompt, call, edit))
    assert (prompt.images, prompt.kind) == (2, PromptKind.TYPED)
    assert (call.tool, call.input, call.path, call.span) == ("Bash", "", None, (1, 2))
    assert (edit.before, edit.partial, edit.created) == ("", False, True)
    assert re.fullmatch(r"/home/\[user:\w{6}\]/a.py", edit.path)


def test_events_do_not_mind_batches(scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the batches, the events come out the same."""
    raw: list[RawEvent] = [
        Prompt(stamp=STAMP, kind=PromptKind.TYPED, text=f"{n} password={SECRET}{n}") for n in range(50)
    ]
    whole = scrub_events(raw, scrubber)
    monkeypatch.setattr(scrub, "BATCH", 40)

    assert whole == scrub_events(raw, scrubber)
    assert scrub_events([], scrubber) == []


def sample_of(rule: str) -> str:
    """A text that the rule hits and that is nothing but the secret."""
    one = next(one for one in RULES.rules if one.rule.id == rule)
    return expand(one.hits[0]).text


@pytest.mark.parametrize("behind", ["square-token", "planetscale-token", "grafana-token", "bitbucket-token"])
def test_a_secret_glued_to_another_is_seen_in_a_second_scan(scrubber: Scrubber, behind: str) -> None:
    """Where two stand without a border between them, the first placeholder gives the second its border."""
    first, second = sample_of("grafana-token"), sample_of(behind)

    clean = scrubber.text(first + second)

    assert second not in clean
    assert re.fullmatch(rf"\[grafana-token:\w{{6}}\]\[{behind}:\w{{6}}\]", clean)
    assert scrubber.text(f"{first}/{second}").count("[") == 2


def a_printed_value(failure: Failure | None = None) -> list[RawEvent]:
    """A call that prints a credential without a name or a form, and its result."""
    call = ToolCall(stamp=STAMP, call=b"c" * 16, tool="Bash", action=Action.RUN, input="{}", command="op read op://a/b")
    return [call, ToolResult(stamp=STAMP, call=b"c" * 16, text="k9Xw2mQ7tR\n", failure=failure)]


def test_what_a_command_prints_that_prints_credentials_is_replaced() -> None:
    """And is known to the session from then on; what the same command says when it fails stays."""
    events, values = scrub.scrub_events_telling(a_printed_value(), scrubber := make_scrubber())
    kept = scrub_events(a_printed_value(next(iter(Failure))), make_scrubber())

    assert re.fullmatch(r"\[printed-secret:[0-9a-f]{6}\]\n", events[1].text)  # type: ignore[union-attr]
    assert [value.content for value in values[STAMP.session]] == [b"k9Xw2mQ7tR"]
    assert scrubber.counts["printed-secret"] == 1
    assert kept[1].text == "k9Xw2mQ7tR\n"  # type: ignore[union-attr]


def test_a_recorded_command_is_asked_too() -> None:
    """Of what `run` keeps."""
    clean = make_scrubber().scrub_output_of("gh auth token", "k9Xw2mQ7tR")

    assert clean.startswith("[printed-secret:")
    assert make_scrubber().scrub_output_of("gh pr list", "k9Xw2mQ7tR") == "k9Xw2mQ7tR"


def make_scrubber() -> Scrubber:
    return Scrubber(RULES, b"salt", RedactionLevel.STANDARD)
