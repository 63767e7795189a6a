"""The rules inside cfn-lint. They run in two environments: with the newest release, and with the oldest one served."""
