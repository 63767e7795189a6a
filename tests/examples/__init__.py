"""Each example is executed with the tool that its users have; what was executed is told in a table at the end."""
