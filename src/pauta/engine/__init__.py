"""The pure heart: (state, event, now) -> (changed rows, effects). No I/O, no clock, no threads."""
