"""The console: records, calendar, definitions, plans, people, roles, jobs, health and the component gallery."""
