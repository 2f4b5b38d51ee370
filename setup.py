"""Builds the wheel; everything is said in pyproject.toml but one thing: `definitions/` ships inside the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithDefinitions(build_py):
    """Copies the definitions into the built package, where `config/rooms.py` looks for them first."""

    def run(self) -> None:
        super().run()
        shutil.copytree(
            Path(__file__).parent / "definitions", Path(self.build_lib, "yichuang", "definitions"), dirs_exist_ok=True
        )


setup(cmdclass={"build_py": BuildWithDefinitions})
