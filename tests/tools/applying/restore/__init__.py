"""`vended-logs restore`: a backup merged in or put in place, itself planned, shown, agreed to and backed up."""
