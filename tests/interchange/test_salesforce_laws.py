"""Laws: whatever way the source says a deal went, it goes in as it was told, or is refused with a place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dealflow.domain.deal import Deal, Status
from dealflow.domain.noun import corrected
from dealflow.domain.nouns import noun_of
from dealflow.engine import DealFlow
from dealflow.interchange.salesforce.notices import About
from dealflow.interchange.salesforce.stagetable import standard
from tests.interchange.salesforce_export import Cells, Folder, history, opportunity, records, state

STAGES = tuple(stage.name for stage in standard().stages)
ANYHOW = Random(1)  # noqa: S311 (an order of rows, no secret)
DAY_ONE = datetime(2026, 3, 2, 9, tzinfo=UTC)
AMOUNTS = st.sampled_from(["", "0", "1000", "2500.50"])
CLOSES = st.sampled_from(["", "2020-01-01", "2026-03-02", "2026-03-05", "2026-03-20", "2026-12-31"])

Step = tuple[str, int, str, str]
steps = st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 5), AMOUNTS, CLOSES), min_size=1, max_size=8)


def rows_of(way: list[Step]) -> list[Cells]:
    told, at = [], DAY_ONE
    for stage, later, amount, close in way:
        told.append((at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), stage, {"Amount": amount, "CloseDate": close}))
        at += timedelta(days=later, minutes=1)
    return history(*told)


def current(rows: list[Cells]) -> Cells:
    last = rows[-1]
    said = {field: last[field] for field in ("StageName", "Amount", "CloseDate")}
    return opportunity(**said, CreatedDate=rows[0]["CreatedDate"], LastModifiedDate=last["CreatedDate"])


@contextmanager
def exported(*deals: Cells, history: list[Cells] | None = None) -> Iterator[tuple[Folder, DealFlow]]:
    with TemporaryDirectory() as place, DealFlow.open("memory:") as flow:
        yield Folder(Path(place)).with_deal(*deals, history=history), flow


@settings(max_examples=60, deadline=None)
@given(way=steps, shuffled=st.randoms())
@example([("Prospecting", 0, "0", ""), ("Closed Won", 0, "", ""), ("Closed Won", 0, "0", "")], ANYHOW)
@example([("Prospecting", 0, "", "2020-01-01"), ("Closed Won", 0, "", ""), ("Prospecting", 0, "", "")], ANYHOW)
@example([("Prospecting", 5, "", ""), ("Prospecting", 5, "0", ""), ("Closed Won", 0, "", "2026-03-05")], ANYHOW)
def test_any_history_folds_to_its_last_row(way: list[Step], shuffled: Random) -> None:
    rows = rows_of(way)
    mixed = [*rows]
    shuffled.shuffle(mixed)
    with exported(current(rows), history=mixed) as (folder, flow):
        report = folder.into(flow)
        stage, ours = rows[-1]["StageName"], state(flow)
        assert isinstance(ours, Deal)
        expected = {"Closed Won": Status.WON, "Closed Lost": Status.LOST}.get(stage, Status.OPEN)
        assert ours.status is expected
        assert expected is not Status.OPEN or ours.stage == stage
        misdated = {About.WON_BEFORE_DEAL, About.LOST_BEFORE_DEAL, About.END_BEFORE_LAST_STEP, About.END_AFTER_ROW}
        assert {one.about for one in report.notices} <= misdated
        assert {one.field for one in report.differences} <= {"close_date"}
        assert expected is not Status.OPEN or report.differences == ()
        assert noun_of(records(flow)).problems(records(flow)) == ()
        assert folder.into(flow).records == 0


@settings(max_examples=40, deadline=None)
@given(way=steps, known=st.integers(1, 8))
@example([("Closed Lost", 0, "", ""), ("Closed Lost", 0, "0", ""), ("Closed Won", 0, "", "")], 3)
def test_two_exports_of_a_growing_history_lead_to_what_one_leads_to(way: list[Step], known: int) -> None:
    rows = rows_of(way)
    early = rows_of(way[: min(known, len(way))])
    with exported(current(early), history=early) as (folder, twice), DealFlow.open("memory:") as once:
        folder.into(twice)
        folder.with_deal(current(rows), history=rows).into(twice)
        folder.into(once)
        assert state(twice) == state(once)
        told = [
            [(one.event, one.when) for one in corrected(records(flow)) if one.source and one.source.recorded_at]
            for flow in (twice, once)
        ]
        assert told[0] == told[1]


@settings(max_examples=40, deadline=None)
@given(now=st.lists(st.tuples(st.sampled_from(STAGES), AMOUNTS, CLOSES), min_size=1, max_size=5))
@example([("Prospecting", "", ""), ("Closed Won", "", "2026-03-05"), ("Closed Lost", "", "2026-03-02")])
def test_exports_without_history_always_lead_to_what_the_last_one_says(now: list[tuple[str, str, str]]) -> None:
    with exported() as (folder, flow):
        for day, (stage, amount, close) in enumerate(now):
            stamp = (DAY_ONE + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            row = opportunity(StageName=stage, Amount=amount, CloseDate=close, LastModifiedDate=stamp)
            report = folder.with_deal(row).into(flow)
            assert {one.field for one in report.differences} <= {"close_date"}
            assert folder.into(flow).records == 0
