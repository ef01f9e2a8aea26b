"""People as the desk sees them: found by any id or order, with everything they did in every channel.

Identity says who is who; this part of the room adds what only the rooms of events and orders know: orders, visits, the timeline.
"""
