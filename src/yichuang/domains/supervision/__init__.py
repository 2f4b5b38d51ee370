"""
Supervision: reminders, suspected cards that count only after the office verified them, orders and letters, screen ③.

A machine reminds and suspects; it never blames (practice 4). Everything stands on the dossier that it is about.
"""
