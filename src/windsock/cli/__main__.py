"""``python -m windsock.cli``: the same as the command ``windsock``."""

from windsock.cli.main import main

main()
