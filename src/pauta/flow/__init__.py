"""From YAML to a checked `Flow`, with line numbers for everything that is wrong; inputs; the dialect."""
