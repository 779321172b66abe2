"""What must stay hidden: encryption at rest, where secrets come from, masking."""
