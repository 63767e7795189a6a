"""One attempt a call, all pages, and every error of AWS as one of ours."""
