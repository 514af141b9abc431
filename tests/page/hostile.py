"""A deal in which everybody types what breaks pages."""

from datetime import date
from uuid import UUID

import dealflow as df
from tests.clock import Clock

SCRIPT = "</script><script>document.title = 'broken'</script><!--"
QUOTES = """"'`&amp;<b onclick="x">"""
HEBREW = "עסקה חדשה \u202eabc"
LONG = "Donaudampfschifffahrtsgesellschaft" * 9
SIGNS = "~12 ~~ \u2028 \\u0041 %s {{ 7 * 7 }} {% raw %}"
DAY = date(2026, 1, 5)


def hostile() -> tuple[df.DealFlow, UUID]:
    """Return the journal, and the deal."""
    flow = df.DealFlow.open("memory:", clock=Clock())

    def do(command: object, on: UUID | None = None) -> UUID:
        return flow.do(command, by=QUOTES, on=on, at=DAY).stream  # type: ignore[arg-type]

    account = do(df.RegisterAccount(LONG))
    deal = do(df.OpenDeal(account, SCRIPT + HEBREW))
    person = do(df.IdentifyStakeholder(account, QUOTES + SCRIPT, title=LONG))
    do(df.IdentifyRole(df.Role.ECONOMIC, deal), person)
    do(df.NameCompetitor(SCRIPT), deal)
    do(df.ExpectClose(DAY), deal)
    visit = do(df.HoldInteraction(account, df.Channel.VISIT, (person,), (HEBREW,), deals=(deal,)))
    do(df.RaiseObjection(df.ObjectionTopic.PRICE, by=person, text=SIGNS + SCRIPT, id=QUOTES), visit)
    do(df.MakePromise(LONG, SCRIPT, id=SIGNS), visit)
    do(df.LoseDeal(primary_reason=SCRIPT), deal)
    return flow, deal
