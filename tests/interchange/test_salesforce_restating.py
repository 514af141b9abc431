"""An end that the source says otherwise: it does it, it says no, it keeps quiet."""

from datetime import UTC, date
from decimal import Decimal
from uuid import UUID

from dealflow.domain.deal import DealLost, DealOpened, DealReopened, DealWon
from dealflow.domain.noun import Corrected, NotThere
from dealflow.interchange.salesforce.restating import RESTATED, RestateEnd
from dealflow.journal import When
from dealflow.money import Money
from tests.scenario import given

OPENED = DealOpened(UUID(int=7), "Ten presses", "standard", 1, "training")
MUCH, MORE = Money(Decimal(1000), "EUR"), Money(Decimal(1200), "EUR")
DAY = When.of(date(2026, 1, 6), UTC)


def test_a_win_is_corrected_to_another_amount_and_another_day() -> None:
    given(OPENED, DealWon(MUCH)).when(RestateEnd(MORE, None)).then(Corrected(2, DealWon(MORE), None, RESTATED))
    earlier = When.of(date(2026, 1, 5), UTC)
    given(OPENED, DealWon(MUCH)).when(RestateEnd(MUCH, earlier)).then(Corrected(2, DealWon(MUCH), earlier, RESTATED))


def test_the_last_end_by_then_is_the_one_that_is_corrected() -> None:
    told = given(OPENED, DealWon(MUCH), DealReopened("training", "again"), DealWon(MUCH))
    told.when(RestateEnd(MORE, None)).then(Corrected(4, DealWon(MORE), None, RESTATED))
    told.when(RestateEnd(MORE, None), date(2026, 1, 6)).then(Corrected(2, DealWon(MORE), None, RESTATED))


def test_a_loss_has_no_amount_to_correct() -> None:
    given(OPENED, DealLost()).when(RestateEnd(MORE, None)).then_quiet()


def test_it_stays_quiet_where_the_end_reads_so_already_or_the_deal_was_open_by_then() -> None:
    given(OPENED, DealWon(MUCH)).when(RestateEnd(MUCH, DAY)).then_quiet()
    given(OPENED, DealWon(MUCH)).when(RestateEnd(MORE, None), date(2026, 1, 5)).then_quiet()
    given(OPENED).when(RestateEnd(MORE, None)).then_quiet()


def test_it_stays_quiet_where_more_was_said_later() -> None:
    told = given(OPENED, DealWon(MUCH), Corrected(2, DealWon(MORE), None, RESTATED))
    told.when(RestateEnd(MUCH, None), date(2026, 1, 6)).then_quiet()
    told.when(RestateEnd(MUCH, None), date(2026, 1, 8)).then(Corrected(2, DealWon(MUCH), None, RESTATED))


def test_there_has_to_be_a_deal() -> None:
    given().when(RestateEnd(MORE, None)).then_refused(NotThere("deal"))
