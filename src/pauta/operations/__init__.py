"""The verbs: what a user can do to flows and executions, each one transaction."""
