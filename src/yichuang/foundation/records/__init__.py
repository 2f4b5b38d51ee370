"""
The append-only, hash-chained record of every deed; also the news that other rooms hear, and the two clocks.

Records are written only inside a deed (`commands.deed` here, `work.deeds.deed` for dossiers). Upper rooms subscribe
with `reactions.reaction`.
"""
