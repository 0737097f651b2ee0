"""From a repository to an answer: cached, grown, read anew after a rewrite, and without secrets."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import zstandard

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError, UsageError
from twiceshy.doors.cli.main import main
from twiceshy_git.file_recipes.predict_files import predict
from twiceshy_git.file_recipes.ranking_models import (
    evaluate_files,
    list_models,
    roll_back,
    show_model,
    train_files,
)

SECRET = "ghp_" + "q7Lw2Xz9RtB4mK8vPn3Y" + "c6JdHs5FgT1aQe0U"


def git(repo: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(repo), *words], check=True, capture_output=True, env=os.environ)


def commit(repo: Path, message: str, **files: str) -> None:
    for name, text in files.items():
        path = repo / f"{name}.py"
        path.write_text(text)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty commits on two areas, made by one process."""
    folder = tmp_path_factory.mktemp("template") / "shop"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    stream = ""
    for number in range(40):
        area = "auth" if number % 2 else "cart"
        files = {area: f"step {number}", f"test_{area}": f"check {number}"}
        if not number:
            files |= {"auth": "rotate tokens", "cart": "sum prices", "test_auth": "check", "test_cart": "check"}
        message = f"Fix {area} {number}" if number else "Start"
        who = f"Ada <ada@example.test> {1_790_000_000 + number * 86_400} +0000"
        stream += f"commit refs/heads/main\ncommitter {who}\ndata {len(message)}\n{message}\n"
        stream += "".join(f"M 644 inline {name}.py\ndata {len(text)}\n{text}\n" for name, text in files.items())
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(command, check=True, capture_output=True, input=stream.encode(), env=os.environ)
    git(folder, "reset", "-q", "--hard")
    return folder


@pytest.fixture
def shop(template: Path, repo: Path) -> Path:
    """A copy of the forty commits."""
    shutil.rmtree(repo)
    shutil.copytree(template, repo)
    return repo


@pytest.fixture
def config() -> Config:
    return load({}, os.environ, Path.cwd())


def test_words_find_their_files_with_reasons(shop: Path, config: Config) -> None:
    """The area's source and its test come first, with a probability and why."""
    found = predict(config, shop, "Fix the auth flow")

    assert {"auth.py", "test_auth.py"} == {file.path for file in found.files[:2]}
    assert all(file.probability is not None and file.reasons for file in found.files[:2])
    assert found.commits == 40


def test_the_second_call_reads_nothing_and_a_new_commit_is_learned(
    shop: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index is kept by where the history stands."""
    first = predict(config, shop, "Fix auth")
    with monkeypatch.context() as patched:
        patched.setattr(
            "twiceshy_git.file_recipes.predict_files.read_changes", lambda *_, **__: pytest.fail("read again")
        )
        assert [file.path for file in first.files] == [file.path for file in predict(config, shop, "Fix auth").files]

    commit(shop, "Add a ledger", ledger="book")

    again = predict(config, shop, "Change the ledger")
    assert (again.commits, again.files[0].path) == (41, "ledger.py")


def test_a_rewritten_history_is_read_anew(shop: Path, config: Config) -> None:
    """What was cut off is not known any more."""
    predict(config, shop, "Fix auth")
    git(shop, "reset", "-q", "--hard", "HEAD~10")

    assert predict(config, shop, "Fix auth").commits == 30


@pytest.mark.parametrize("damage", [b"", b"noise"], ids=["empty", "noise"])
def test_a_damaged_cache_is_made_again(shop: Path, config: Config, damage: bytes) -> None:
    """It costs time and no answer."""
    predict(config, shop, "Fix auth")
    (path,) = (config.cache / "files").glob("*.index")
    path.write_bytes(damage)

    assert predict(config, shop, "Fix auth").commits == 40
    assert path.stat().st_size > 100
    assert path.stat().st_mode & 0o077 == 0


def test_little_is_said_to_be_little(repo: Path, config: Config) -> None:
    """No commit, three commits, one file, an empty message: a small honest answer."""
    assert predict(config, repo, "Fix auth").notes == ("this repository has no commit yet",)
    commit(repo, "", only="one")

    found = predict(config, repo, "Fix auth")

    assert [file.path for file in found.files] == ["only.py"]
    assert "knows only 1 commit" in found.notes[0]
    assert "no word of the task" in found.notes[1]


def test_a_shallow_clone_says_so(shop: Path, config: Config, tmp_path: Path) -> None:
    """Its files are proposed, and the answer says that it is cut."""
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{shop}", "cut")

    found = predict(config, tmp_path / "cut", "Fix auth")

    assert "auth.py" in {file.path for file in found.files}
    assert any("shallow" in note for note in found.notes)


def test_seeds_are_found_from_any_folder_and_unknown_ones_named(shop: Path, config: Config) -> None:
    """Relative, absolute, and not there."""
    (shop / "sub").mkdir()

    for seed in ("../auth.py", str(shop / "auth.py")):
        found = predict(config, shop / "sub" if seed.startswith("..") else shop, "", seeds=[seed])
        assert found.files[0].path == "test_auth.py"
    assert any("nowhere.py" in note for note in predict(config, shop, "Fix", seeds=["nowhere.py"]).notes)


def test_no_secret_is_kept(shop: Path, config: Config) -> None:
    """Neither from a message nor from content: nothing below the data folder holds it in any case."""
    commit(shop, f"Rotate {SECRET}", auth=f'TOKEN = "{SECRET}"\n', note=f"see {SECRET}\n")
    predict(config, shop, "Rotate")
    train_files(config, shop)

    for path in config.home.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            plain = zstandard.ZstdDecompressor().decompress(raw) if raw[:4] == b"\x28\xb5\x2f\xfd" else raw
            assert SECRET.lower().encode() not in plain.lower(), path
            assert b"q7lw2xz9" not in plain.lower(), path


def test_nonsense_is_refused_in_words(shop: Path, config: Config, tmp_path: Path) -> None:
    """No task, no repository, no such model."""
    with pytest.raises(UsageError):
        predict(config, shop, "  ")
    with pytest.raises(SourceError):
        predict(config, tmp_path, "Fix auth")
    with pytest.raises(NotFound, match="recency"):
        predict(config, shop, "Fix auth", model_name="files-9999")


@pytest.mark.parametrize("name", ["popularity", "recency", "bm25", "cochange", "tfidf", "blend", "general"])
def test_every_named_ranking_answers(shop: Path, config: Config, name: str) -> None:
    """Baselines give no probability, the general model does."""
    found = predict(config, shop, "Fix auth", model_name=name)

    assert found.files
    assert (found.files[0].probability is not None) is (name == "general")


def test_models_are_kept_beside_each_other_and_can_be_gone_back_to(shop: Path, config: Config) -> None:
    """Two trainings make two files; going back names the one before, and at last the general one."""
    first, second = train_files(config, shop), train_files(config, shop)
    for line in (first, second):
        assert line.name.startswith("files-")
    assert [line.name for line in list_models(config, shop)] == ["general", "files-0001", "files-0002"]
    assert "data_hash" in show_model(config, shop, "files-0002")

    roll_back(config, shop, "files-0002")

    assert roll_back(config, shop, "") == "files-0001"
    assert roll_back(config, shop, "") == "general"
    assert [line.name for line in list_models(config, shop) if line.active] == ["general"]
    with pytest.raises(NotFound):
        roll_back(config, shop, "")
    with pytest.raises(NotFound):
        roll_back(config, shop, "files-0007")


def test_an_evaluation_has_every_ranking_on_the_same_commits(shop: Path, config: Config) -> None:
    """Online and frozen, on files that existed and on all."""
    for frozen in (False, True):
        found = evaluate_files(config, shop, split=0.2, frozen=frozen, all_files=not frozen)
        assert found.commits == 8
        assert {"general", "blend", "recency", "tfidf"} <= {one.name for one in found.rankings}
    with pytest.raises(UsageError):
        evaluate_files(config, shop, split=0.999, frozen=False, all_files=False)


def test_too_little_to_train_on_is_said(repo: Path, config: Config) -> None:
    """With what works instead."""
    commit(repo, "One", a="1")

    with pytest.raises(UsageError, match="too few"):
        train_files(config, repo)


@pytest.mark.parametrize("words", ["predict Fix auth", "evaluate files", "train files", "models", "models show"])
@pytest.mark.parametrize("form", ["", "--json"])
def test_every_verb_answers_in_words_and_as_json(
    shop: Path, capsys: pytest.CaptureFixture[str], words: str, form: str
) -> None:
    """Each ends well and prints something with its schema."""
    code = main([*words.split(), "--repo", str(shop), *([form] if form else [])])

    out = capsys.readouterr().out
    assert code == 0
    assert ('"schema": "twiceshy/' in out) is bool(form)
    assert len(out) > 50
