"""From what was read of an account to what is wrong in it: values in, values out."""
