"""The law of the runner: live, resumed and rebuilt rows are one, whatever was said and whenever it is asked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

import dealflow as df
from dealflow import runner
from dealflow.domain.stakeholder import StakeholderErased
from dealflow.projections import View
from dealflow.projections.pipeline import PIPELINE
from dealflow.projections.playbooks import PLAYBOOKS
from tests.laws.selling import Selling, days
from tests.views import BOOK, in_order, plainly_from

VIEWS: Sequence[View[Any]] = (PIPELINE, PLAYBOOKS, BOOK)
some_views = st.lists(st.sampled_from(VIEWS), min_size=1, max_size=3)


class Asked(Selling):
    """Several who hold the same journal, and ask, keep and forget at arbitrary moments."""

    def __init__(self) -> None:
        super().__init__()
        self.handles = [self.flow, df.DealFlow(self.flow.journal)]

    def teardown(self) -> None:
        for flow in (*self.handles, df.DealFlow(self.flow.journal)):
            self.right(flow, VIEWS)
        super().teardown()

    def right(self, flow: df.DealFlow, views: Any) -> None:
        for view, rows in zip(views, flow.rows_of(*views), strict=True):
            assert in_order(rows) == plainly_from(view, self.flow.journal)

    @rule(which=st.integers(0, 1), views=some_views)
    def rows_are_asked_for(self, which: int, views: Any) -> None:
        self.right(self.handles[which], views)

    @rule(which=st.integers(0, 1), views=some_views)
    def rows_are_kept(self, which: int, views: Any) -> None:
        self.handles[which].checkpoint(*views)

    @rule(views=some_views)
    def a_new_process_asks(self, views: Any) -> None:
        self.handles[1] = df.DealFlow(self.flow.journal)
        self.right(self.handles[1], views)

    @rule(view=st.sampled_from(VIEWS))
    def what_is_kept_is_dropped(self, view: Any) -> None:
        self.flow.drop_checkpoint(view.name, view.version)

    @rule(view=st.sampled_from(VIEWS), back=st.integers(0, 200))
    def rows_are_asked_for_as_they_were_known(self, view: Any, back: int) -> None:
        known = self.clock.now - timedelta(seconds=back)
        assert in_order(self.flow.rows(view, known=known)) == plainly_from(view, self.flow.journal, known)

    @rule(target=Selling.accounts, at=days)
    def another_account(self, at: Any) -> UUID:
        done = self.ask(df.RegisterAccount("Bolt"), at)
        assert done is not None
        return done.stream

    @rule(deal=Selling.deals, account=Selling.accounts, at=days)
    def a_deal_was_opened_with_the_wrong_account(self, deal: UUID, account: UUID, at: Any) -> None:
        opened = self.flow.journal.stream(deal)[0].event
        self.ask(df.CorrectRecord(1, "the other one", attrs.evolve(opened, account=account)), at, deal)

    @precondition(lambda self: self.flow.journal.erased())
    @rule()
    def nothing_that_is_kept_is_older_than_an_erasure(self) -> None:
        read = self.flow.journal.read(names=[StakeholderErased])
        last = max(one.position for one in read if one.stream in self.flow.journal.erased())
        assert all(one.position >= last for one in self.flow.checkpoints())


class TestAsked(Asked.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(
        max_examples=50,
        stateful_step_count=30,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )

    @pytest.fixture(autouse=True)
    def short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "PAGE", 3)
