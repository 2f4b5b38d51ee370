"""
Due work and its runner: what has to be done at a moment of the business clock, and what was left undone.

- `commands.enqueue` puts a job among those waiting, inside the deed that wants it; `commands.cancel`, `retry`.
- `registry.job("kind")` and `registry.nightly("kind", at=time(1, 30))` name the function that does it; a room keeps
  such functions in its `jobs.py`, which is read when the house starts.
- `runner.run_due(at=...)` does what is due, in the order of due times; the worker process calls nothing else.
- `queries` shows what waits, what was parked and how each night went.
"""
