"""Amounts: kept in fen, typed in 万元, shown in 万元 or 亿元."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN_OF_WAN, FEN_OF_YI = 1_000_000, 10_000_000_000


def in_wan(fen: int) -> str:
    """
    Write fen as 万元, without ending zeros.

    >>> in_wan(1_234_500_000), in_wan(-50_000), in_wan(0)
    ('1234.5', '-0.05', '0')
    """
    return f"{(Decimal(fen) / FEN_OF_WAN).normalize():f}"


def in_yi(fen: int) -> str:
    """
    Write fen as 亿元 with two digits, half up.

    >>> in_yi(2_070_800_000_000), in_yi(49_000_000)
    ('207.08', '0.00')
    """
    return str((Decimal(fen) / FEN_OF_YI).quantize(Decimal("0.01"), ROUND_HALF_UP))


def share(part: int, whole: int) -> Decimal | None:
    """
    Give a share in percent with two digits, half up; None of nothing.

    >>> share(2_070_800, 2_323_100), share(1, 0)
    (Decimal('89.14'), None)
    """
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def fen_of_wan(wan: Decimal) -> int:
    """
    Read 万元 as whole fen.

    :raises InvalidOperation: it has parts of a fen

    >>> fen_of_wan(Decimal("12.5"))
    12500000
    """
    fen = wan * FEN_OF_WAN
    if fen != fen.to_integral_value():
        raise InvalidOperation
    return int(fen)
