"""What the pages show and a program can say, said by the program: each function returns Markdown for a block of cog's.

A page names the function in a comment, `make docs` writes what it returns below, and `make docs-check` sees that it is
what stands there.
"""
