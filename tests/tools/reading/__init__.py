"""Taking a template apart."""
