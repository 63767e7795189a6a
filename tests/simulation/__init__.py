"""Many writers of one account, simulated: the real lifecycle over a store in memory, in virtual time, from a seed."""
