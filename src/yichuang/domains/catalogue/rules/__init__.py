"""Pure decisions of the catalogue."""

from yichuang.domains.catalogue.rules.checking import (
    flaws,
    refusing,
)
from yichuang.domains.catalogue.rules.comparing import (
    Change,
    ChangeKind,
    changes,
)
from yichuang.domains.catalogue.rules.flaws import (
    Flaw,
    Known,
)
from yichuang.domains.catalogue.rules.limits import (
    working_days,
)
from yichuang.domains.catalogue.rules.measures import (
    average,
    deltas,
    is_comparable,
    measures_of,
    minutes_of,
)
from yichuang.domains.catalogue.rules.reading import (
    parse_item,
    read_draft,
)
from yichuang.domains.catalogue.rules.ways import (
    FARTHEST,
    changed,
    distance,
    elements_of,
    is_in_base,
    is_quarter,
    may_become_instant,
    percent,
    spread,
    ways_of,
)

__all__ = [
    "FARTHEST",
    "Change",
    "ChangeKind",
    "Flaw",
    "Known",
    "average",
    "changed",
    "changes",
    "deltas",
    "distance",
    "elements_of",
    "flaws",
    "is_comparable",
    "is_in_base",
    "is_quarter",
    "may_become_instant",
    "measures_of",
    "minutes_of",
    "parse_item",
    "percent",
    "read_draft",
    "refusing",
    "spread",
    "ways_of",
    "working_days",
]
