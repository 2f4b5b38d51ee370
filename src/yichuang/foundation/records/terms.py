"""The words of the record room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class By:
    """
    Who acted: an account, in which post, and for whom when substituting.

    `account_id` None means the system itself (a job).

    >>> str(By(12)), str(By(12, "zjj/sign", 7)), str(By(None))
    ('12', '12 as zjj/sign for 7', 'system')
    """

    account_id: int | None
    as_post: str = ""
    on_behalf_of: int | None = None

    def __str__(self) -> str:
        text = "system" if self.account_id is None else str(self.account_id)
        if self.as_post:
            text += f" as {self.as_post}"
        if self.on_behalf_of is not None:
            text += f" for {self.on_behalf_of}"
        return text

    @classmethod
    def parse(cls, text: str) -> By:
        """
        Read the text back.

        >>> By.parse("12 as zjj/sign for 7")
        By(account_id=12, as_post='zjj/sign', on_behalf_of=7)
        """
        who, _, behalf = text.partition(" for ")
        who, _, post = who.partition(" as ")
        return cls(None if who == "system" else int(who), post, int(behalf) if behalf else None)


SYSTEM = By(None)


def day_stream(scope: str, at: datetime) -> str:
    """
    Name the stream of a scope on China's day of `at`.

    >>> from datetime import UTC
    >>> day_stream("unit/zjj", datetime(2019, 10, 29, 17, tzinfo=UTC))
    'unit/zjj/2019-10-30'
    """
    return f"{scope}/{at.astimezone(CHINA).date().isoformat()}"
