"""
Messages to people: in the house, by e-mail, by SMS; and on paper alone to those who have neither account nor telephone.

- `commands.tell_party` and `commands.tell_accounts` say what a definition of the kind `notice` words; safe to repeat.
- `commands.put_in_digest` gathers lines for one message on the next working morning.
- `queries` gives a person's own messages, the outbox, and who stands behind a step or above it.
"""
