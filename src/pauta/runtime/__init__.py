"""The long-running services: executor, worker, log sink."""
