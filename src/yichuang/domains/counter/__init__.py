"""
The hall: sites with their windows and service hours, queues and tickets, the reception desk, paper bags on their way.

A ticket is no dossier: it lives a morning. What comes of it (a case) is taken in by `cases`; what the hall itself does
is recorded in the day stream of the hall's unit.
"""
