"""Laws of mapped imports, over arbitrary ways of deals through their stages."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from dealflow.engine import DealFlow
from tests.clock import Clock
from tests.interchange.crm import Crm, history

STAGES = ["lead", "talk", "offer", "won", "lost", "dropped"]
Way = list[tuple[str, int]]  # stages, each with the days that passed before it
WAYS = st.lists(st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 9)), min_size=1, max_size=7), max_size=3)


def written(folder: Path, ways: list[Way], stops: int | None = None) -> Crm:
    """Write an export whose deals went these ways, or the first stops of each."""
    crm = Crm.at(folder)
    rows, deals = ["deal,seq,stage,on"], ["no,company,product,owner,value,stage,opened"]
    for number, way in enumerate([[("lead", 0)], *ways], start=1):
        day = date(2026, 1, 5)
        for turn, (stage, days) in enumerate(way[:stops], start=1):
            day += timedelta(days)
            rows.append(f"D{number},{turn},{stage},{day}")
        deals.append(f"D{number},C1,Pumps,mai,,{way[:stops][-1][0]},2026-01-05")
    crm.file("steps").write_text("\n".join(rows), encoding="utf-8")
    crm.file("deals").write_text("\n".join(deals), encoding="utf-8")
    crm.file("calls").write_text("id,deal,person,minutes,on\nK1,D1,P1,30,2026-01-08\n", encoding="utf-8")
    return crm


def stands(flow: DealFlow) -> dict[str | None, tuple[object, ...]]:
    return {
        deal.key: (deal.status, deal.stage, [(move.step, move.end) for move in deal.moves]) for deal in flow.deals()
    }


@given(WAYS)
@settings(max_examples=40, deadline=None)
def test_a_deal_stands_where_its_last_row_says_and_again_adds_nothing(ways: list[Way]) -> None:
    with TemporaryDirectory() as folder, DealFlow.open("memory:", clock=Clock()) as flow:
        crm = written(Path(folder), ways)
        assert crm.go(flow).differences == ()
        before = history(flow)
        assert crm.go(flow).imported.stored == 0
        assert history(flow) == before


@given(WAYS, st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_two_exports_one_after_the_other_lead_where_the_last_one_leads(ways: list[Way], stops: int) -> None:
    clock = Clock()
    with (
        TemporaryDirectory() as folder,
        DealFlow.open("memory:", clock=clock) as flow,
        DealFlow.open("memory:", clock=clock) as other,
    ):
        written(Path(folder), ways, stops).go(flow)
        crm = written(Path(folder), ways)
        crm.go(flow)
        crm.go(other)
        assert stands(flow) == stands(other)
        assert len(history(flow)) == len(history(other))
