"""Page: the replay of a deal as one HTML page that needs nothing but itself."""

from dealflow.page.rendering import ReplayPage, render

__all__ = ["ReplayPage", "render"]
