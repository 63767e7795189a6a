"""A call ends in time as a whole, is stopped to the last moment if it must be, and is never sent twice."""
