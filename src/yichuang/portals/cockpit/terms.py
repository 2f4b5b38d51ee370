"""Which figures the cockpit shows, in the order of practice screen ④."""

from __future__ import annotations

VIEW = "cockpit.view"
EXPORT = "cockpit.export"
PLAN_DONE = "projects.plan_done"
IN_HAND = "cases.in_hand"
OVERDUE = "cases.overdue"
ON_TIME = "cases.on_time_rate"
RECEIVED = "cases.received"
PLACE = "rankings.latest_place"
SCORE = "rankings.latest_score"
TOP = "rankings.top_score"
BULLETIN = "rankings.latest_month"
SPEED = "targets.indicators"

KEY = (PLACE, IN_HAND, OVERDUE, RECEIVED, "cases.concluded", ON_TIME, "cases.median_days", PLAN_DONE)
"""The row at the top."""
CITY = (PLACE, SCORE, TOP, "rankings.first_places", "rankings.mean_place")
PROJECTS = (
    PLAN_DONE,
    "projects.invested",
    "projects.year_plan",
    "projects.major",
    "projects.new",
    "projects.started",
    "projects.building",
)
WAYS = {
    "instant": "catalogue.instant_share",
    "online": "catalogue.online_share",
    "nearby": "catalogue.nearby_share",
    "once": "catalogue.once_share",
}
"""The figure of each of the four ways, by its code in the catalogue."""
RATINGS = ("cases.satisfied_share", "cases.ratings", "cases.bad_ratings")
TREND = (RECEIVED, "cases.concluded", ON_TIME)
TILES = (RECEIVED, IN_HAND, OVERDUE)
STEPS = ("cases.steps_done", "cases.step_hours", "cases.step_p90_hours")

SPEED_RULE = "speed_actuals"
TILES_RULE = "cockpit_tiles"

MONTHS = 12
LEAST_SAMPLE = 10
"""Cases without which a unit has no place in the ranking."""
UNITS_SHOWN = 12
"""Units at an end of a table that the page shows: a screen is read in ten seconds, and a city has hundreds."""
LATE_ROWS = 10
PROJECT_ROWS = 10
STEP_ROWS = 8
REFRESH = 300
"""Seconds after which the wall loads itself again."""
