"""The verb that shows what this is for, on half a year of made-up selling."""

from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from dealflow.cli.options import NOW, TABLE, Form, journal_file
from dealflow.cli.output import note, out, show_json
from dealflow.cli.tables import say, show_funnel
from dealflow.cli.telling import show_story
from dealflow.demo import MISTYPED, Demo, play

MEMORY = "memory:"
KEEP = "to keep it: dealflow demo --db sqlite:///demo.db, then dealflow deals --db sqlite:///demo.db"


def demo(
    *,
    db: Annotated[str, Parameter(help="Where to keep it: sqlite:///demo.db, a new file.")] = MEMORY,
    form: Form = TABLE,
) -> None:
    """Play half a year of selling to key accounts, then show the funnel, and how two deals were won and lost."""
    played = play(db)
    with played.flow as flow:
        if form.json:
            answers = {"funnel": flow.funnel(), "won": flow.replay(played.won), "lost": flow.replay(played.lost)}
            show_json(answers)
        else:
            _show(out(), played)
    note(f"kept in {journal_file(db)}" if journal_file(db) else KEEP)


def _show(console: Console, played: Demo) -> None:
    flow = played.flow
    say(console, "Made up, from January to June 2026; every line was asked as a command.")
    _headline(console, "Half a year of selling to key accounts: the funnel")
    show_funnel(console, flow.funnel(), flow.zone, NOW)
    _headline(console, "How one deal was won")
    show_story(console, flow.replay(played.won), flow.zone, NOW, turning=flow.turning_points(played.won))
    _headline(console, "How another was lost")
    show_story(console, flow.replay(played.lost), flow.zone, NOW, turning=flow.turning_points(played.lost))
    _headline(console, "Two clocks")
    say(console, _two_clocks(played))


def _headline(console: Console, text: str) -> None:
    console.print()
    console.rule(text, align="left", characters="═")


def _two_clocks(played: Demo) -> str:
    """Say what the journal believed on a day, and what it knows of that day now."""
    then, now = (
        next(deal for deal in played.flow.deals(happened=MISTYPED, known=known) if deal.deal == played.won)
        for known in (MISTYPED, None)
    )
    return (
        f"“{now.title}” on {MISTYPED}: {now.amount} as we know today (--happened {MISTYPED}), but {then.amount} as it "
        f"was known that evening (--happened {MISTYPED} --known {MISTYPED}), because the price had been mistyped."
    )
