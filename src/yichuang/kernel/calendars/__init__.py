"""Working days of China: dated notices, the calendar that follows from them, and the hours of an office.

A notice (国务院办公厅关于部分节假日安排的通知) names days off and weekend days that are worked. A calendar is made of
any number of notices; a year without one is provisional: its weekends are off, everything else is worked.
"""

from yichuang.kernel.calendars.calendar import Calendar, OutsideCalendar
from yichuang.kernel.calendars.notices import Notice, NoticeDay, parse_notice, read_notice
from yichuang.kernel.calendars.office import SHANGHAI, Office, OfficeHours

__all__ = [
    "SHANGHAI",
    "Calendar",
    "Notice",
    "NoticeDay",
    "Office",
    "OfficeHours",
    "OutsideCalendar",
    "parse_notice",
    "read_notice",
]
