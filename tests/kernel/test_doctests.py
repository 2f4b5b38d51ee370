"""The examples in the kernel's docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import yichuang.kernel

HOME = Path(yichuang.kernel.__path__[0])
MODULES = sorted(
    ".".join(("yichuang.kernel", *file.relative_to(HOME).with_suffix("").parts)).removesuffix(".__init__")
    for file in HOME.rglob("*.py")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_hold(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)

    assert result.failed == 0
