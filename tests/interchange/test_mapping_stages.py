"""Where deals stood, told as a life cycle: every way a source can move a deal."""

import pytest

from dealflow.domain.deal import (
    DealAbandoned,
    DealLost,
    DealOpened,
    DealReopened,
    DealWon,
    StageAdvanced,
    StageReverted,
)
from dealflow.domain.playbook import STANDARD
from dealflow.engine import DealFlow
from dealflow.interchange.stages import MOVED_BACK, REOPENED, SKIPPED
from tests.interchange.crm import Crm, events, story


def steps(crm: Crm, *rows: str) -> Crm:
    """Give D2 another history."""
    crm.change("steps", ("D2,1,lead,2026-01-06\nD2,2,talk,2026-01-09\n", ""))
    return crm.add("steps", *rows)


def test_a_deal_goes_on_step_by_step_to_its_end(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    assert [type(event) for event in events(flow, "D1")[2:]] == [StageAdvanced, StageAdvanced, DealWon]


def test_a_milestone_passed_over_is_a_skip_with_its_reason(crm: Crm, flow: DealFlow) -> None:
    steps(crm, "D2,1,lead,2026-01-06", "D2,2,offer,2026-01-09").go(flow)
    advanced = events(flow, "D2")[1]
    assert (advanced.left, advanced.reached, advanced.skipped, advanced.reason) == ("lead", "offer", ("talk",), SKIPPED)


def test_a_deal_won_from_early_on_skips_the_rest(crm: Crm, flow: DealFlow) -> None:
    steps(crm, "D2,1,lead,2026-01-06", "D2,2,won,2026-01-09").go(flow)
    assert events(flow, "D2")[1].skipped == ("talk", "offer")


def test_a_deal_goes_back_and_is_reopened(crm: Crm, flow: DealFlow) -> None:
    rows = ["1,talk,2026-01-06", "2,lead,2026-01-07", "3,lost,2026-01-08", "4,talk,2026-01-09", "5,dropped,2026-01-10"]
    steps(crm, *(f"D2,{row}" for row in rows)).go(flow)
    told = events(flow, "D2")
    assert [type(event) for event in told] == [DealOpened, StageReverted, DealLost, DealReopened, DealAbandoned]
    assert (told[1].reason, told[3].reason, told[3].at) == (MOVED_BACK, REOPENED, "talk")


def test_a_deal_that_is_first_seen_at_its_end_was_opened_at_the_first_milestone(crm: Crm, flow: DealFlow) -> None:
    steps(crm, "D2,1,lost,2026-01-09").go(flow)
    assert [kind for _, kind in story(flow, "D2")] == ["DealOpened", "HistoryUnknown", "DealLost"]


def test_a_history_that_begins_later_than_the_deal_is_marked_as_unknown_before(crm: Crm, flow: DealFlow) -> None:
    steps(crm, "D2,1,talk,2026-02-01").go(flow)
    assert story(flow, "D2") == [("2026-02-01", "DealOpened"), ("2026-02-01", "HistoryUnknown")]


def test_a_deal_without_a_history_is_opened_by_its_own_row(crm: Crm, flow: DealFlow) -> None:
    report = steps(crm).go(flow)
    assert story(flow, "D2") == [("2026-01-06", "DealOpened")]
    assert [str(difference) for difference in report.differences] == [
        "deals.csv, line 3, column stage: D2: stage is talk now, but lead by its history"
    ]


def test_order_columns_go_by_their_numbers_whatever_the_order_of_rows_and_days(crm: Crm, flow: DealFlow) -> None:
    steps(crm, "D2,10,offer,2026-01-09", "D2,9,talk,2026-01-09", "D2,1,lead,2026-01-06").go(flow)
    assert [event.reached for event in events(flow, "D2")[1:]] == ["talk", "offer"]


def test_without_order_columns_the_dates_decide(crm: Crm, flow: DealFlow) -> None:
    crm.change("mapping", ('order = "seq"\n', ""))
    steps(crm, "D2,,offer,2026-01-19", "D2,,talk,2026-01-09", "D2,,lead,2026-01-06").go(flow)
    assert [event.reached for event in events(flow, "D2")[1:]] == ["talk", "offer"]


def test_a_deal_that_comes_twice_to_a_stage_on_one_day_is_told_twice(crm: Crm, flow: DealFlow) -> None:
    rows = ["1,lead,2026-01-06", "2,talk,2026-01-07", "3,lead,2026-01-07", "4,talk,2026-01-07"]
    report = steps(crm, *(f"D2,{row}" for row in rows)).go(flow)
    assert [type(event) for event in events(flow, "D2")[1:]] == [StageAdvanced, StageReverted, StageAdvanced]
    assert crm.go(flow).imported.stored == 0
    assert report.differences == ()


def test_one_column_a_stage_is_told_as_well_as_one_row_a_stage(crm: Crm, flow: DealFlow) -> None:
    crm.change("deals", ("stage,opened", "stage,opened,talked,closed"), ("01-05", "01-05,2026-01-08,2026-02-10"))
    crm.change("deals", ("2026-01-06", "2026-01-06,2026-01-09,"), ("2026-01-07", "2026-01-07,,2026-01-30"))
    wide = """
[[files.deals.stages]]
at = "opened"
stage = { value = "lead" }

[[files.deals.stages]]
when = { column = "talked", present = true }
at = "talked"
stage = { value = "talk" }

[[files.deals.stages]]
when = { column = "closed", present = true }
at = "closed"
stage = "stage"
"""
    text = crm.mapping.read_text(encoding="utf-8")
    start, end = text.index("[files.steps]"), text.index("[files.calls]")
    crm.mapping.write_text(text[:start] + text[end:] + wide, encoding="utf-8")
    crm.go(flow)
    assert [kind for _, kind in story(flow, "D1")] == ["DealOpened", "DealValued", "StageAdvanced", "DealWon"]
    assert [kind for _, kind in story(flow, "D2")] == ["DealOpened", "StageAdvanced"]
    assert [kind for _, kind in story(flow, "D3")] == ["DealOpened", "DealValued", "DealLost"]


def test_an_end_keeps_its_own_day_amount_and_reason(crm: Crm, flow: DealFlow) -> None:
    crm.add("mapping").change(
        "mapping", ('order = "seq"', 'order = "seq"\nended = "end"\namount = "sum"\nreason = "why"')
    )
    crm.change("steps", ("stage,on", "stage,on,end,sum,why"), ("lead,2026-01-05", "lead,2026-01-05,2026-01-05,,"))
    text = crm.file("steps").read_text(encoding="utf-8").splitlines()
    rows = [row if row.count(",") > 4 else f"{row},{row.rsplit(',', 1)[1]},," for row in text]
    rows = [row.replace("won,2026-02-10,2026-02-10,,", "won,2026-02-10,2026-02-08,999,price") for row in rows]
    crm.file("steps").write_text("\n".join(rows), encoding="utf-8")
    report = crm.go(flow)
    won = events(flow, "D1")[-1]
    assert (str(won.amount), won.primary_reason) == ("999 EUR", "price")
    assert story(flow, "D1")[-1] == ("2026-02-08", "DealWon")
    assert "amount is 1,000.50 EUR now, but 999 EUR by its history" in str(report.differences[0])


@pytest.mark.parametrize("playbook", ['"standard"', '"house"'])
def test_deals_can_run_on_a_playbook_by_its_key(crm: Crm, flow: DealFlow, playbook: str) -> None:
    text = crm.mapping.read_text(encoding="utf-8")
    start, end = text.index("[playbook]"), text.index("[maps.role]")
    crm.mapping.write_text(f"playbook = {playbook}\n{text[:start]}{text[end:]}", encoding="utf-8")
    crm.change("mapping", ('stage = "stage"\n\n[files.calls]', f"stage = {STAGE_MAP}\n\n[files.calls]"))
    crm.change("mapping", ('stage = "stage"\namount', f"stage = {STAGE_MAP}\namount"))
    if playbook == '"house"':
        assert crm.refused(flow) == [
            (
                "mapping.toml, at playbook: no playbook 'house' in this journal: define it here, as [playbook], "
                "or name another"
            )
        ]
        return
    assert crm.go(flow).differences == ()
    assert flow.funnel().stages[0].stage == STANDARD.keys()[0]


STAGE_MAP = '{ column = "stage", map = { lead = "training", talk = "executive_meeting", offer = "proposal", won = "won", lost = "lost" } }'  # noqa: E501


def test_stages_are_held_against_a_playbook_of_the_journal_before_any_row_is_read(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    text = crm.mapping.read_text(encoding="utf-8")
    start, end = text.index("[playbook]"), text.index("[maps.role]")
    crm.mapping.write_text(f'playbook = "crm"\n{text[:start]}{text[end:]}', encoding="utf-8")
    assert crm.go(flow).imported.stored == 0
    crm.change("mapping", ('order = "seq"\nstage = "stage"', 'order = "seq"\nstage = { value = "tlak" }'))
    crm.file("calls").unlink()
    assert crm.refused(flow) == [
        (
            "mapping.toml, at files.steps.stages[1].stage: 'tlak', which is no stage: "
            "did you mean 'talk'? there are lead, talk, offer, won, lost, dropped"
        )
    ]


def test_another_playbook_under_the_same_key_is_refused_once(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    assert crm.change("mapping", ('{ key = "talk" }, ', "")).refused(flow) == [
        (
            "mapping.toml, at playbook: the journal has another playbook 'crm', with lead, talk, offer instead of "
            "lead, offer: give this one a key of its own, or revise that one"
        )
    ]


# What cannot be told


def test_an_unknown_stage_is_refused_with_the_known_ones(crm: Crm, flow: DealFlow) -> None:
    crm.change("steps", ("3,offer", "3,ofer"), ("2,talk,2026-01-09", "2,tlak,2026-01-09"))
    assert crm.refused(flow) == [
        "steps.csv, line 4, column stage: unknown stage 'ofer': known are lead, talk, offer, won, lost, dropped",
        "steps.csv, line 7, column stage: unknown stage 'tlak': known are lead, talk, offer, won, lost, dropped",
    ]


def test_an_empty_stage_is_refused(crm: Crm, flow: DealFlow) -> None:
    (found,) = crm.change("steps", ("3,offer", "3,")).refused(flow)
    assert found.startswith("steps.csv, line 4, column stage: empty: expected a stage, one of lead, talk")


def test_a_life_cycle_that_runs_backward_is_refused_once_where_it_turns(crm: Crm, flow: DealFlow) -> None:
    (found,) = crm.change("steps", ("2026-01-20", "2026-01-02")).refused(flow)
    assert found.startswith("steps.csv, line 4, column on: life cycle runs backward: asked for 2026-01-02")


def test_stages_of_a_deal_without_a_row_are_refused(crm: Crm, flow: DealFlow) -> None:
    found = crm.add("steps", "D9,1,lead,2026-01-06").refused(flow)
    assert found == ["steps.csv, line 10, column deal: 'D9' is in no row of deals.csv, nor in the journal"]


def test_stages_without_a_deal_are_refused(crm: Crm, flow: DealFlow) -> None:
    (found,) = crm.add("steps", ",1,lead,2026-01-06").refused(flow)
    assert found == "steps.csv, line 10, column deal: no key: say which row of deals.csv this is of"


def test_half_a_history_of_a_deal_the_journal_knows_is_refused(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    later = Crm.at(crm.folder).change("steps", ("D1,1,lead,2026-01-05\n", "")).refused(flow)
    assert later == [
        (
            "steps.csv, line 2, column on: here the deal begins at 'talk', 2026-01-08, but the journal has it begin at "
            "'lead', 2026-01-05: export its whole history, or correct the journal"
        )
    ]


def test_stages_of_a_known_deal_without_its_row_are_refused(crm: Crm, flow: DealFlow) -> None:
    crm.go(flow)
    crm.change("deals", ("D2,C2,Valves,mai,,talk,2026-01-06\n", "")).change("calls", ("K2,D2,P2,,2026-01-09\n", ""))
    (found,) = crm.add("steps", "D2,3,offer,2026-02-06").refused(flow)
    assert found.startswith("steps.csv, line 6, column deal: 'D2' is in no row of deals.csv: a deal's stages are told")
