"""
Indicators: the arithmetic of figures, with no table and no clock: rounding, periods, percentiles, ranking, scaling.

Nothing here is a float: values are int, Decimal or Fraction, so that every database and every reader agrees.
"""

from .periods import PeriodKind, Span, months, span_before, span_of, weeks
from .ranking import Ranked, Unranked, ranked, ranking
from .rounding import Number, down_to, half_up, plain
from .scaling import Scale, overall, score, topic
from .spread import mean, percentile, place

__all__ = [
    "Number",
    "PeriodKind",
    "Ranked",
    "Scale",
    "Span",
    "Unranked",
    "down_to",
    "half_up",
    "mean",
    "overall",
    "months",
    "percentile",
    "place",
    "plain",
    "ranked",
    "ranking",
    "score",
    "span_before",
    "span_of",
    "topic",
    "weeks",
]
