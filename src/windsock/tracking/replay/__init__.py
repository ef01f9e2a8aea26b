"""Load raw bodies again, for as long as the inbox keeps them: what is there already is a duplicate, what was lost is there again."""

from windsock.tracking.replay.again import Replayed, replay

__all__ = ["Replayed", "replay"]
