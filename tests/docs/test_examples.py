"""The examples in Python do what the how-tos that point at them say."""

import re
from datetime import date

from dealflow import DealFlow, JobLevel
from dealflow.demo import play
from examples import own_playbook, own_view
from examples.northwind import importer
from tests.docs.pages import ROOT


def test_a_view_of_ones_own_answers_for_any_day() -> None:
    with play().flow as flow:
        assert list(own_view.report(flow, date(2026, 3, 31))) == [
            "Zhang Min promised Meridian Foods a sample run with their own film, due 2026-03-20",
            "1 of 2 promises were kept",
        ]
        assert list(own_view.report(flow, date(2026, 3, 20))) == ["1 of 2 promises were kept"]


def test_a_playbook_of_ones_own_has_gates_that_ask_ones_own_questions() -> None:
    with DealFlow.open("memory:", criteria=own_playbook.CRITERIA) as flow:
        assert list(own_playbook.told(flow, date(2026, 3, 2))) == [
            "gate: example.margin-agreed is unknown; see to it, or override with a reason",
            "gate: example.margin-agreed is unmet; see to it, or override with a reason",
            "at quoted",
        ]


def test_the_readme_of_northwind_says_which_title_stands_how_high() -> None:
    page = (ROOT / "examples" / "northwind" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| (.+) \| ({'|'.join(JobLevel)}) \|$", page, re.MULTILINE)
    assert {word.casefold(): level for words, level in rows for word in re.findall(r"\w+", words)} == importer.LEVELS
