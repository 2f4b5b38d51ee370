"""
Applications from the hand-in to the file room: accept, correct, handle, decide, deliver, archive; one window for all.

A `Case` is a thin table beside its dossier. Its state, steps and dates belong to the engine (`foundation/work`).
"""
