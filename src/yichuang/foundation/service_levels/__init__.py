"""
Measured service levels: how long the house takes to answer, and how often it fails (systems.md S90).

- `middleware.Timed` notes every page and every answer of the API, by its door, and of the staff how many used it.
- `commands.note` counts in this process; `commands.write` adds what was counted to the rows of the hour.
- `queries.levels` tells share answered in time, 95th percentile and failures, by day and door.
- `using.uses` tells which pages were used how often, by how many people of the staff, by unit, role and day.
"""
