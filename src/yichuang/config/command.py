"""The command `yichuang`: reads the arguments, starts Django on the right folder, runs one function."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import django

from yichuang.config.arguments import parser
from yichuang.kernel.errors import DefinitionError, NotPossible, Unavailable


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives 0 when done, 1 for a no with its reasons on standard error. Wrong usage leaves with 2."""
    arguments = parser().parse_args(argv)
    _environment(arguments)
    try:
        command = _loaded(arguments)
        import_module("yichuang.config.preparing").prepare(arguments.needs)
        code = command(arguments)
    except NotPossible as reason:
        print(reason.message, *([f"依据：{reason.basis}"] if reason.basis else []), sep="\n", file=sys.stderr)
        return 1
    except (DefinitionError, Unavailable) as reason:
        print(reason, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 1
    return code


def _loaded(arguments: Namespace) -> Callable[[Namespace], int]:
    """
    Load the house and the function of a command.

    What is loaded stays for good: the collector does not walk over it, now or later, which halves the time to start
    and lets the processes that `serve` forks share it.
    """
    gc.disable()
    django.setup()
    module, _, function = arguments.run.partition(":")
    command: Callable[[Namespace], int] = getattr(import_module(module), function)
    gc.freeze()
    gc.enable()
    return command


def _environment(arguments: Namespace) -> None:
    """Say to the settings what the arguments said; they are read once, when Django starts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.config.settings")
    if arguments.data:
        os.environ["YICHUANG_DATA"] = str(Path(arguments.data).absolute())
    if arguments.run.endswith("demo:run"):
        os.environ["DEMO"] = "1"
        os.environ.setdefault("YICHUANG_SITE_URL", f"http://127.0.0.1:{arguments.port}")


if __name__ == "__main__":
    sys.exit(main())
