"""All that a plugin may import: tasks, task runners, properties, and the context they run in."""
