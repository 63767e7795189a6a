"""The policy algebra: values in, values out; the standard library only; no I/O, no clock, no mutation."""
