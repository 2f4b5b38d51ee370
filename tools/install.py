"""
Put this checkout into the virtual environment that runs this script: a path file and the command, no build, no network.

Compiles the message catalogues too, so that the English interface is there without msgfmt, and the sources, so that
the first start is as quick as the next, also where the environment forbids Python to write what it compiled.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """#!{python}
import sys

from yichuang.config.command import main

sys.exit(main())
"""


def main() -> int:
    """Install and give the exit code."""
    Path(sysconfig.get_path("purelib"), "yichuang.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    script = Path(sysconfig.get_path("scripts"), "yichuang")
    script.write_text(SCRIPT.format(python=sys.executable), encoding="utf-8")
    script.chmod(0o755)
    compileall.compile_dir(ROOT / "src", quiet=1, workers=0)
    return subprocess.run([sys.executable, ROOT / "tools" / "messages.py", "compile"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
