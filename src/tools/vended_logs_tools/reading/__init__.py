"""Taking a template apart: text, data, intrinsic functions, conditions, loops, and what SAM makes of it."""
