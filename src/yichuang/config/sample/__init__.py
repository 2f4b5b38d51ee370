"""
The sample district: autumn 2019, so full that the figures of the report come out of its records at 2019-10-30.

It is the plain demo and what stands in `definitions/<district>/sample/`. A subject is a module here with
`load(district)`; it reads its own files, draws nothing by chance, goes through the deeds of the rooms and leaves alone
what is there: loading twice changes nothing. How many of a kind are loaded, the files say for each profile
(`Demo.count`): all that the figures count, or a few for tests.
"""

from __future__ import annotations

from yichuang.config import demo
from yichuang.config.demo import Part

INSTEAD_OF = "major"
"""The part of the plain demo whose few projects and meetings the sample's own replace."""

SUBJECTS: tuple[Part, ...] = (
    Part("items", "示例区事项", package="sample"),
    Part("registries", "示例区事项库和清单", package="sample"),
    Part("registers", "台账", package="sample"),
    Part("projects", "重大项目与会议", package="sample"),
    Part("history", "示例区历史办件", package="sample"),
)
"""One module of this package a subject, in the order in which they are loaded: a new subject is one more line."""

_plain = [each for each in demo.PARTS if each.module != INSTEAD_OF]

PARTS: tuple[Part, ...] = (*_plain[:-1], *SUBJECTS, _plain[-1])
"""What a sample district is loaded from; what its deeds have ordered is done last."""
