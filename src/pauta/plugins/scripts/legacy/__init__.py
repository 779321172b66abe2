"""The script tasks from before each language had its own: ``io.kestra.core.tasks.scripts``."""
