"""The command line: one file per command."""

import gc

# nothing that is imported is garbage: looking for some would be a tenth of the time that a command takes to start
gc.set_threshold(50_000, 20, 100)
