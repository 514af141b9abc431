"""From words to an exit code: what is misunderstood, refused, missing or interrupted, and said so."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from dealflow import DealFlow, Refused
from dealflow.domain.noun import Missing, NotThere
from tests.cli.conftest import Run

Failing = Callable[[BaseException], None]
NOTHING: Mapping[str, str] = MappingProxyType({})
READING = (("funnel",), ("deals",), ("replay", "e818"), ("export", "jsonl"))


def python(*words: str, environ: Mapping[str, str] = NOTHING) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **environ},
    )


# What is misunderstood


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("funnels",), "Unknown command funnels"),
        (("funnel", "--nope"), "Unknown option: --nope"),
        (("funnel", "2026-01-01"), "Unused Tokens: ['2026-01-01']"),
        (("funnel", "--db"), "--db requires an argument"),
        (("funnel", "--happened", "yesterday"), "--happened: 'yesterday' is neither a date such as 2026-02-28"),
        (("deals", "--known", "2026-01-01T10:00"), "--known: '2026-01-01T10:00' has no UTC offset"),
        (("deals", "--knowledge", "hearsay"), "--knowledge"),
        (("replay",), "DEAL requires an argument"),
        (("import", "word"), "Unknown command word"),
        (("export", "jsonl", "--nope"), "'--nope' is an option that this verb does not have"),
    ],
)
def test_what_is_misunderstood_says_what_and_exits_2(run: Run, words: tuple[str, ...], said: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.replace('"', "")  # whether names are quoted is cyclopts' own matter
    assert "dealflow --help" in ran.err


@pytest.mark.parametrize("words", [(), ("--help",), ("import", "--help"), ("replay", "--help")])
def test_help_is_an_answer(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.err) == (0, "")
    assert "Usage: dealflow" in ran.out


def test_the_version_is_an_answer(run: Run) -> None:
    assert run("--version").out.strip()[0].isdigit()


# What is refused, or fails


@pytest.mark.parametrize("words", READING)
def test_reading_a_journal_that_is_not_there_begins_none(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert "there is no journal dealflow.db: import one (dealflow import --help), or name another with --db" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_journal_is_said_to_be_empty(run: Run) -> None:
    DealFlow.open("sqlite:///dealflow.db").close()
    ran = run("funnel", "--json")
    assert (ran.code, ran.err) == (0, "the journal is empty: nothing has been imported or recorded yet\n")
    assert '"deals": 0' in ran.out


def test_the_environment_names_the_journal(run: Run, demo_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALFLOW_DB", demo_db)
    assert run("funnel").code == 0
    assert run("funnel", "--db", "sqlite:///elsewhere.db").code == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://li:secret@host/sales", "PostgreSQL"),
        ("mysql://li:secret@host/sales", "'mysql'"),
        ("sales.db", "understood are"),
    ],
)
def test_a_url_that_names_no_journal_is_not_repeated(run: Run, url: str, said: str) -> None:
    ran = run("funnel", "--db", url)
    assert ran.code == 1
    assert said in ran.err
    assert "secret" not in ran.err + ran.out


def test_a_file_that_is_no_journal_is_left_as_it_is(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("call Anna\n" * 500)
    ran = run("deals", "--db", "sqlite:///notes.db")
    assert ran.code == 1
    assert "notes.db is no journal of dealflow" in ran.err
    assert file.read_text() == "call Anna\n" * 500


def test_every_reason_of_a_refusal_is_said(run: Run, failing: Failing) -> None:
    failing(Refused(Missing("title"), NotThere("deal")))
    ran = run("funnel")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == ["dealflow: refused:", f"  {Missing('title')}", f"  {NotThere('deal')}"]


def test_an_interrupted_command_says_how_to_go_on(run: Run, failing: Failing) -> None:
    failing(KeyboardInterrupt())
    ran = run("funnel")
    assert ran.code == 130
    assert "the same command goes on from there" in ran.err


def test_a_disk_that_is_full_is_said(run: Run, failing: Failing) -> None:
    failing(OSError(28, "No space left on device"))
    ran = run("funnel")
    assert (ran.code, ran.err) == (1, "dealflow: standard output: No space left on device\n")


@pytest.fixture
def failing(demo_db: str, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Let the question about the funnel come to nothing."""

    def failing(error: BaseException) -> None:
        def raises(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setenv("DEALFLOW_DB", demo_db)
        monkeypatch.setattr(DealFlow, "pipeline", raises)
        monkeypatch.setattr(os, "dup2", lambda *_: None)

    return failing


# Who is not there


def test_a_reader_who_has_had_enough_is_not_complained_of(demo_db: str) -> None:
    command = [sys.executable, "-m", "dealflow", "replay", "e818", "--json", "--db", demo_db]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:  # noqa: S603
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.read(1)
        writer.stdout.close()
        said = writer.stderr.read()
    assert (writer.returncode, said) == (141, b"")


def test_a_terminal_that_cannot_show_a_character_gets_another() -> None:
    done = python("-m", "dealflow", "demo", environ={"PYTHONIOENCODING": "ascii:strict"})
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "?" in done.stdout


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_nobody_need_be_there_to_read_the_answer(demo_db: str, closed: str) -> None:
    words = f"{sys.executable} -m dealflow funnel --db {demo_db} {closed}"
    done = subprocess.run(  # noqa: S602 (our own command)
        words, shell=True, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


WITHOUT = "import sys; sys.modules[{!r}] = None; from dealflow.cli import main; sys.exit(main(['funnel']))"


@pytest.mark.parametrize("library", ["rich", "cyclopts"])
def test_without_the_extra_one_line_names_it(library: str) -> None:
    done = python("-c", WITHOUT.format(library))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"dealflow: the command line needs {library}: pip install 'dealflow[cli]'\n"


def test_another_module_that_is_missing_is_no_matter_of_the_extra() -> None:
    done = python("-c", WITHOUT.format("dealflow.plain"))
    assert "pip install" not in done.stderr
    assert "dealflow.plain" in done.stderr


def test_the_command_runs_as_a_module_of_its_own(demo_db: str) -> None:
    done = python("-m", "dealflow", "deals", "--db", demo_db)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Huaxin Steel" in done.stdout
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())
