"""The lifecycle, call by call, on a store in memory and virtual time."""
