"""What stands in a secret's place in code and is none."""

import string
from random import Random

import pytest

from twiceshy.privacy.secrets.code_names import is_code_name, is_public_value

ADDRESS = b"FnHyam9w4NZoWR6mKN1CuGBritdsEWZQa4Z4oawLZGxa"
SIGNATURE = b"5wHu1qwD7q5ifaN5nwdcDQNbHUiCfnzJ6vaR98NLugS1CiVfCZLMGmmFaKCAkgqkpPJ9KjCzVnhXHhVMkPTVtTfy"


@pytest.mark.parametrize(
    "line",
    [
        "privateKey: ⟦Uint8Array⟧",
        "secret: ⟦Base58String⟧ = read()",
        "apiKey: ⟦ApiKeyV1Type⟧,",
        "token: ⟦ERC20Token⟧",
        "secret_key: ⟦K256PrivateKey⟧",
        "private_key = ⟦Secp256k1PrivateKey⟧",
        "keyAlgo: ⟦v1.ECDSAKeyAlgorithm⟧,",
        "sharedSecret(⟦ed25519.utils.toMontgomeryPriv⟧(key))",
        "TSIGKeySecret: ⟦rfc2136TestTsigSecret⟧,",
        "key_algorithm: ⟦ed25519⟧",
        'key: "⟦rfc8032⟧"',
        'secret.Data["⟦random-1⟧"] = x',
        "password: ⟦PasswordV2⟧",
        "encrypt(password: ⟦Uint8Array⟧ | string)",
        "krb5Password: ⟦krb5Password⟧,",
        "secret, ⟦cfg.RFC2136TSIGSecretAlg⟧, x",
        'alg: "⟦hmac-sha512⟧"',
        "SigningKey::⟦sign_prehashed_rfc6979⟧",
    ],
)
def test_a_name_of_code_is_no_secret(line: str) -> None:
    """Types, names and public algorithms, wherever a word for a secret stands before them."""
    before, rest = line.split("⟦")
    value, behind = rest.split("⟧")
    text = f"{before}{value}{behind}".encode()

    assert is_code_name(text, len(before), len(before) + len(value), before.encode())


@pytest.mark.parametrize(
    ("before", "value"),
    [
        ("secret = ", "hunter2Zx9"),
        ("password: ", "Summer2024"),
        ("password: ", "CorrectHorse7"),
        ("token=", "k9Xw2LmZx0TtRb1K"),
        ("api_key: ", "b9f2a71c55e04d3f"),
        ('secret: "', "Uint8Holder7"),
    ],
)
def test_what_people_choose_and_machines_draw_is_no_name(before: str, value: str) -> None:
    """Letters in no order, a word with a year, and two words behind a word for a password."""
    text = f"{before}{value}".encode()

    assert not is_code_name(text, len(before), len(text), before.encode())


@pytest.mark.parametrize("letters", [string.ascii_letters + string.digits, string.hexdigits, string.ascii_lowercase])
def test_of_drawn_tokens_hardly_any_passes_for_a_name(letters: str) -> None:
    """Of 2,000 with sixteen letters and more ten at most."""
    rng = Random(letters)
    drawn = ["".join(rng.choices(letters, k=rng.randint(16, 40))).encode() for _ in range(2_000)]

    assert sum(is_code_name(one, 0, len(one)) for one in drawn) <= 10


@pytest.mark.parametrize(
    ("before", "value", "behind"),
    [
        (b"const owner = '", ADDRESS, b"' as Address;"),
        (b"lifetimeToken: '", ADDRESS, b"' as Blockhash"),
        (b"transfer to ", b"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", b" worked"),
        (b"const signature = '", SIGNATURE, b"' as Signature"),
    ],
)
def test_an_address_of_a_chain_is_public(before: bytes, value: bytes, behind: bytes) -> None:
    """As is a signature."""
    assert is_public_value(before + value + behind, len(before), len(before + value), before)


@pytest.mark.parametrize(
    ("before", "value", "behind"),
    [
        (b"secretKey: '", ADDRESS, b"' // of the wallet"),
        (b"SESSION=", ADDRESS, b""),
        (b"const privateKey = '", SIGNATURE, b"'; // of the signer's wallet"),
        (b"key 0x", b"ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", b""),
    ],
)
def test_what_a_word_calls_secret_stays_one(before: bytes, value: bytes, behind: bytes) -> None:
    """And so does what no word calls public."""
    assert not is_public_value(before + value + behind, len(before), len(before + value), before)
