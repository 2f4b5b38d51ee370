"""Decisions of supervision that need nothing but what they are given."""

from __future__ import annotations

import re

from yichuang.domains.supervision.terms import REASON_CHARACTERS

STOCK = re.compile(
    r"经?审[查核]|依法|[该本此你您]?(申请|材料|事项)|不(符合|具备|满足|予|同意|齐全|齐|通过|合格)"
    r"|准予|许可|受理|法定|规定|相关|有关|条件|要求|情形|形式|的|\W|_"
)


def gives_no_reason(text: str) -> bool:
    """
    Say whether a refusal only repeats that it refuses (行政许可法 第三十八条第二款).

    >>> gives_no_reason("不符合规定的条件。"), gives_no_reason("经营场所在其他区")
    (True, False)
    """
    return len(STOCK.sub("", text)) < REASON_CHARACTERS
