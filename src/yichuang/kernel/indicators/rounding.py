"""Rounding as offices do it, half up, and numbers written without needless noughts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Number = int | Decimal | Fraction


def half_up(value: Number, digits: int) -> Decimal:
    """
    Round to a number of decimal places; a half goes away from nought.

    >>> half_up(Fraction(55900, 855), 0), half_up(Fraction(1, 8), 2), half_up(Fraction(-1, 8), 2)
    (Decimal('65'), Decimal('0.13'), Decimal('-0.13'))
    """
    exact = Fraction(value) * 10**digits
    whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-digits)


def down_to(value: Number, step: int) -> int:
    """
    Give the greatest multiple of `step` not above the value: what "more than" is said of.

    >>> down_to(163412, 10000)
    160000
    """
    return int(Fraction(value) // step) * step


def plain(value: Decimal) -> int | float:
    """
    Give a rounded value as JSON writes it: whole where it is whole.

    >>> plain(Decimal("207.08")), plain(Decimal("65")), plain(Decimal("10.0"))
    (207.08, 65, 10)
    """
    return int(value) if value == value.to_integral_value() else float(value)
