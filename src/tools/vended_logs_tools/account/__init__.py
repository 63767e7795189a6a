"""What is read of a live account: every call to AWS that the doctor makes, none of which changes anything."""
