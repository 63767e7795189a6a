"""Reading and judging put together: one target or one region at a time, whatever of it may be read."""
