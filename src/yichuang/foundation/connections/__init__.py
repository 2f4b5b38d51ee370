"""
Outside systems: an adapter each, a log of every message, retry, reconciliation and health.

- `commands.post` puts a message among those to be sent, inside the deed that wants it; `commands.receive` takes one in,
  once by its key. Upper rooms hear `MessageReceived`, `MessageAnswered`, `MessageRefused` and `MessageParked`.
- Which systems there are is a definition (`systems/<code>.yaml`); how to speak with one is an adapter
  (`adapters.register_adapter`). `simulator` speaks as an outside system does and can be told to misbehave.
- `queries` shows the log, what differs from theirs, and how each system stands.
"""
