"""Write definitions/national/calendars/YEAR.yaml from the facts of the `chinesecalendar` package.

Build-time only: the platform reads the files and never the package. Run it again when the package knows a new year:

    python tools/build_calendars.py
"""

from __future__ import annotations

import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays

from yichuang.kernel.calendars import Notice, NoticeDay

FOLDER = Path(__file__).resolve().parent.parent / "definitions" / "national" / "calendars"
FIRST, LAST = min(holidays).year, max(holidays).year
NAMES = {holiday.value: holiday.chinese for holiday in Holiday} | {
    Holiday.tomb_sweeping_day.value: "清明节",
    Holiday.dragon_boat_festival.value: "端午节",
    Holiday.mid_autumn_festival.value: "中秋节",
}

# Number and day of the papers, from the notices themselves. Where none is given, none is claimed.
PAPERS: dict[int, tuple[str, ...]] = {
    2007: ("2006-12-14", "国办发明电〔2006〕49号"),
    2008: ("2007-12-15", "国办发明电〔2007〕52号"),
    2009: ("2008-12-04", "国办发明电〔2008〕42号"),
    2010: ("2009-12-08", "国办发明电〔2009〕27号"),
    2011: ("2010-12-10", "国办发明电〔2010〕40号"),
    2012: ("2011-12-06", "国办发明电〔2011〕45号"),
    2013: ("2012-12-08", "国办发明电〔2012〕33号"),
    2014: ("2013-12-11", "国办发明电〔2013〕28号"),
    2015: ("2014-12-16", "国办发明电〔2014〕28号", "国发明电〔2015〕1号"),
    2016: ("2015-12-10", "国办发明电〔2015〕18号"),
    2017: ("2016-12-01", "国办发明电〔2016〕17号"),
    2018: ("2017-11-30", "国办发明电〔2017〕12号"),
    2019: ("2018-12-04", "国办发明电〔2018〕15号", "国办发明电〔2019〕3号"),
    2020: ("2019-11-21", "国办发明电〔2019〕16号", "国办发明电〔2020〕1号"),
    2021: ("2020-11-25", "国办发明电〔2020〕27号"),
    2022: ("2021-10-25", "国办发明电〔2021〕11号"),
    2023: ("2022-12-08", "国办发明电〔2022〕16号"),
    2024: ("2023-10-25", "国办发明电〔2023〕7号"),
    2025: ("2024-11-12", "国办发明电〔2024〕12号"),
    2026: ("2025-11-04", "国办发明电〔2025〕7号"),
}
CHANGES = {
    2015: "国发明电〔2015〕1号增加 9 月 3 日至 5 日放假、9 月 6 日上班，已计入。",
    2019: "国办发明电〔2019〕3号将劳动节改为 5 月 1 日至 4 日、4 月 28 日和 5 月 5 日上班，已计入。",
    2020: "国办发明电〔2020〕1号将春节假期延长至 2 月 2 日（2 月 1 日不再上班），已计入。",
}


def year_of(date: dt.date, name: str) -> int:
    """Say whose notice a day belongs to: the New Year days of December are the next year's."""
    return date.year + (date.month == 12 and name == Holiday.new_years_day.value)


def notices() -> dict[int, Notice]:
    """Gather the package's days by the year of their notice."""
    days: dict[int, list[NoticeDay]] = {year: [] for year in range(FIRST, LAST + 1)}
    for table, is_off_day in ((holidays, True), (workdays, False)):
        for date, name in table.items():
            if year_of(date, name) in days:
                days[year_of(date, name)].append(NoticeDay(NAMES[name], date, is_off_day))
    return {
        year: Notice(year, PAPERS.get(year, ("",))[1:], tuple(sorted(found, key=lambda day: day.date)))
        for year, found in days.items()
    }


def text(notice: Notice) -> str:
    """Write one notice as a definition."""
    year = notice.year
    facts = f"日期取自 chinesecalendar {version('chinesecalendar')} 软件包"
    issued = PAPERS[year][0] if year in PAPERS else min(day.date for day in notice.days).isoformat()
    source = (
        f"国务院（办公厅）通知 {'、'.join(notice.papers)}；{facts}" if notice.papers else f"{facts}（通知文号未核）"
    )
    worked = [day for day in _days(year) if chinese_calendar.is_workday(day)]
    lines = [
        f'calendar: "{year}"',
        f"name: {year}年节假日安排",
        f"in_force: {{from: {issued}}}",
        f"source: {source}",
        *([f"note: {CHANGES[year]}"] if year in CHANGES else []),
        f"year: {year}",
        f"papers: [{', '.join(notice.papers)}]",
        "days:",
        *(
            f'  - {{name: {day.name}, date: "{day.date}", isOffDay: {str(day.is_off_day).lower()}}}'
            for day in notice.days
        ),
        "examples:",
        f'  - {{start: "{year - 1}-12-31", days: 1, gives: "{worked[0]}"}}',
        f'  - {{start: "{year - 1}-12-31", days: {len(worked)}, gives: "{worked[-1]}"}}',
    ]
    return "\n".join(lines) + "\n"


def _days(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]


def main() -> int:
    """Write all files, and say which changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for year, notice in notices().items():
        file = FOLDER / f"{year}.yaml"
        new = text(notice)
        if not file.exists() or file.read_text(encoding="utf-8") != new:
            file.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{file.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
