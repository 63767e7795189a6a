"""The role as it is read and judged, over answers in the shapes of IAM's own API model."""
