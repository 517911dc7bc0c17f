"""Which meetings suit somebody: what they wish for, what a meeting is, and in which order they are offered."""
