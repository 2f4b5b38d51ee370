"""Lets the command run as `python -m yichuang`."""

import sys

from yichuang.config.command import main

if __name__ == "__main__":
    sys.exit(main())
