"""`release`: what it says of a project that is to be released, each of its checks on a copy that has one fault."""
