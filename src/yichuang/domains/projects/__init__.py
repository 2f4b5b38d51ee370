"""
Major projects of a district and the meetings that drive them: yearly plan, monthly investment, nodes, difficulties.

A project and a resolved matter are dossiers of the engine; a meeting is one too, so that its minutes have a limit.
"""
