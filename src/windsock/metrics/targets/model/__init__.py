"""Rules of targets as pure functions: what a target is, how far on the way it should be by now, and how what was reached is scored."""
