"""Questions of how we sell, over many deals and contacts: what they come to, against whom, where effort goes, and
what won and lost deals have in common.

Each as of any day on both clocks.
"""

from dealflow.questions import Questions


class SellingQuestions(Questions):
    """What a journal of selling answers about the selling."""

    # Contacts

    # Objections

    # Competition

    # Portfolio and team

    # Patterns
